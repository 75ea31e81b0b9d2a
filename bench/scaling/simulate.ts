import { type Limit, type Scoring, scoring, type Told, type World } from './world.ts';

export interface Drop {
  /** Seconds since the beginning; drops are in this order. */
  at: number;
  rows: number;
}

export interface Outcome {
  /** From the first drop to the last end; infinite where nothing would ever end. */
  seconds: number;
  /** Of the drop that took longest from its own beginning. */
  longestSeconds: number;
  /** The share of the busy time in which each held the pipeline back, the largest first. */
  limits: [Limit, number][];
  /** Seconds of predictors, which are paid for, waiting or not. */
  predictorSeconds: number;
}

/** Steps are a share of the time since the last change: fine while things begin, coarse while they go on. */
const STEP = 1 / 200;
const FINEST_SECONDS = 0.01;
const COARSEST_SECONDS = 20;
/** So long without a row, and none will come. */
const STUCK_SECONDS = 7 * 24 * 3600;
const NEARLY = 1e-3;

interface Job extends Drop {
  /** Rows so far. */
  split: number;
  scored: number;
  endedAt?: number;
}

/**
 * How long drops take: a fluid simulation. Rows flow through fan-out into the queue, and out of it at the rate of whatever
 * limits at the moment, in equal parts of the jobs that wait. No chunk is followed by itself, so that 10^10 rows are simulated
 * as fast as 10^6. What a last round of predictors takes that not all of them have a chunk for is added at the end.
 */
export function simulate(world: World, told: Told, drops: readonly Drop[]): Outcome {
  const jobs: Job[] = drops.map((drop) => ({ ...drop, split: 0, scored: 0 }));
  const busy = new Map<Limit, number>();
  let [now, busySince, fullSeconds, stuckSeconds, predictorSeconds] = [0, 0, 0, 0, 0];
  let tableUnits = world.newTableUnits;
  let pace: Scoring | undefined;

  while (jobs.some(({ endedAt }) => endedAt === undefined)) {
    const arrived = jobs.filter(({ at }) => at <= now);
    const next = jobs[arrived.length]?.at ?? Infinity;
    const splitting = arrived.filter(({ split, rows }) => split < rows).slice(0, told.fanOuts);
    const reading = splitting.filter(({ at }) => at + world.openSeconds <= now);
    const queued = arrived.filter((job) => waitingOf(job) > NEARLY);
    const waiting = sum(queued.map(waitingOf));
    if (queued.length === 0 && reading.length === 0) {
      now = Math.min(next, ...splitting.map(({ at }) => at + world.openSeconds));
      busySince = now;
      continue;
    }
    const busySeconds = now - busySince - world.coldStartSeconds;
    const splitRows = reading.length * world.splitRows;
    const moment = {
      busySeconds,
      jobs: Math.max(queued.length, reading.length),
      splitting: splitting.length,
      tableUnits,
    };
    pace = busySeconds >= 0 ? fed(scoring(world, told, moment), told, waiting, splitRows) : undefined;

    const rows = pace?.rows ?? 0;
    const since = now - Math.max(busySince, arrived.at(-1)?.at ?? 0);
    const emptied = rows > splitRows ? waiting / (rows - splitRows) : Infinity;
    const step = Math.min(COARSEST_SECONDS, Math.max(FINEST_SECONDS, since * STEP), next - now, emptied);

    if (!(step > 0)) throw new Error(`The simulation stands still after ${now} s.`);
    now += step;
    for (const job of reading) job.split = Math.min(job.rows, job.split + world.splitRows * step);
    score(arrived, rows * step, now);
    if (!pace) continue;

    busy.set(pace.limit, (busy.get(pace.limit) ?? 0) + step);
    predictorSeconds += pace.active * step;
    stuckSeconds = rows > 0 ? 0 : stuckSeconds + step;
    if (stuckSeconds > STUCK_SECONDS) return never(predictorSeconds);
    fullSeconds = pace.limit === 'table' || pace.limit === 'patience' ? fullSeconds + step : 0;
    if (fullSeconds < world.doublingSeconds) continue;
    tableUnits = Math.min(2 * tableUnits, world.tableUnits);
    fullSeconds = 0;
  }
  const tail = pace ? lastRound(pace, told, drops.at(-1)?.rows ?? 0) : 0;
  const longestSeconds = Math.max(...jobs.map(({ at, endedAt = now }) => endedAt - at)) + tail;
  return { seconds: now + tail, longestSeconds, limits: shares(busy), predictorSeconds };
}

const waitingOf = ({ split, scored }: Job): number => split - scored;

/** Gives every job that waits an equal part, and what one has no use for to the others. */
function score(jobs: readonly Job[], rows: number, now: number): void {
  let left = rows;
  const hungry = jobs
    .filter(({ endedAt }) => endedAt === undefined)
    .sort((a, b) => waitingOf(a) - waitingOf(b));
  for (const [place, job] of hungry.entries()) {
    const part = Math.min(waitingOf(job), left / (hungry.length - place));
    job.scored += part;
    left -= part;
    if (job.scored >= job.rows - NEARLY) job.endedAt = now;
  }
}

/** No more than fan-out brings, where nothing waits; then so many predictors are at work as have a chunk. */
function fed(pace: Scoring, { chunkRows }: Told, waiting: number, splitRows: number): Scoring {
  if (waiting > chunkRows || splitRows === 0 || splitRows >= pace.rows) return pace;
  return { ...pace, rows: splitRows, limit: 'fan-out', active: (splitRows * pace.chunkSeconds) / chunkRows };
}

/** Whole chunks end later than a flow of rows: by what is missing in the last round, or by the chunk that came last. */
function lastRound({ limit, active, chunkSeconds }: Scoring, { chunkRows }: Told, rows: number): number {
  if (limit === 'fan-out') return chunkSeconds;
  if (limit === 'table' || limit === 'ledger') return 0;
  const rounds = rows / chunkRows / active;
  return (Math.ceil(rounds - NEARLY) - rounds) * chunkSeconds;
}

const never = (predictorSeconds: number): Outcome => ({
  seconds: Infinity,
  longestSeconds: Infinity,
  limits: [['patience', 1]],
  predictorSeconds,
});

function shares(busy: ReadonlyMap<Limit, number>): [Limit, number][] {
  const all = sum([...busy.values()]);
  return [...busy]
    .map(([limit, seconds]): [Limit, number] => [limit, seconds / all])
    .sort((a, b) => b[1] - a[1]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
