/** A place where the pipeline runs: its quotas, and what the pipeline's parts take there. Rates are a second. */
export interface World {
  /** Executions of all functions at the same time. */
  lambdaConcurrency: number;
  /** Of an event source: messages worked on at the same time when its queue becomes active, and more of them each second. */
  pollersAtFirst: number;
  pollersASecond: number;
  /** Write units of the table of scores, of which its index has as many: at first, and at most. */
  newTableUnits: number;
  tableUnits: number;
  partitionUnits: number;
  /** So long at its limit, and a table takes twice as much. */
  doublingSeconds: number;
  /** Chunks that can read their range and put their result file. */
  s3Chunks: number;
  /** Chunks of one job whose ends the ledger counts. */
  endsOfAJob: number;
  /** From a drop until fan-out reads it. */
  openSeconds: number;
  /** Of one source. */
  splitRows: number;
  coldStartSeconds: number;
  /** Of a chunk, apart from its items. */
  chunkSeconds: number;
  /** Rows that one predictor writes where nothing throttles; infinite where the output has no items. */
  writeRows: number;
  /** Of a chunk on the local stack: what it keeps the embedded host, which does one thing at a time. None on AWS. */
  hostSeconds: number;
  /** Rows that one machine has processors for; infinite on AWS. */
  machineRows: number;
}

/** What a deployment is told. */
export interface Told {
  chunkRows: number;
  /** Chunks scored at the same time. */
  predictors: number;
  /** Sources split at the same time. */
  fanOuts: number;
  /** After so long a chunk that is throttled is sent again, and begins anew. */
  patienceSeconds: number;
}

/** What holds the pipeline back. */
export type Limit =
  | 'fan-out'
  | 'predictors'
  | 'pollers'
  | 'account'
  | 'table'
  | 'patience'
  | 'ledger'
  | 'S3'
  | 'machine';

/** Where the pipeline is at a moment, as far as rates depend on it. */
export interface Moment {
  /** Seconds since there was nothing to score. */
  busySeconds: number;
  /** Drops of which chunks are waiting. */
  jobs: number;
  /** Sources that fan-out is at. */
  splitting: number;
  /** What the table takes now. */
  tableUnits: number;
}

export interface Scoring {
  rows: number;
  limit: Limit;
  /** Predictors at work. */
  active: number;
  /** What a chunk takes then. */
  chunkSeconds: number;
}

const BLOCK_ROWS = 1000;
/**
 * The share of a table's units that is lost since keys fall on its partitions by chance: this by the keys on each. Fitted by
 * eye to predictors on a stand-in of four partitions (bench/settings): in runs of a few seconds they got 0.82 to 0.93 with 10 keys
 * on each, 0.90 to 0.96 with 20, 0.98 and more with 40.
 */
const UNEVENNESS = 1.4;
const LEAST_EVEN = 0.5;

/** Rows a second that are scored while enough chunks wait, and what keeps them from being more. */
export function scoring(world: World, told: Told, moment: Moment): Scoring {
  const pollers = world.pollersAtFirst + world.pollersASecond * moment.busySeconds;
  const [active, busyLimit] = least([
    ['predictors', told.predictors],
    ['pollers', pollers],
    ['account', world.lambdaConcurrency - moment.splitting],
  ]);
  const alone = withOthers(world, active) + told.chunkRows / world.writeRows;
  const table = world.writeRows === Infinity ? Infinity : unitsWithin(world, told, active, moment.tableUnits);
  const isPatient = (told.chunkRows * active) / table <= told.patienceSeconds;
  const [rows, limit] = least([
    [busyLimit, (active * told.chunkRows) / alone],
    ['table', table],
    ['patience', isPatient ? Infinity : 0],
    ['ledger', moment.jobs * world.endsOfAJob * told.chunkRows],
    ['S3', world.s3Chunks * told.chunkRows],
    ['machine', world.machineRows],
  ]);
  return { rows, limit, active, chunkSeconds: rows > 0 ? (active * told.chunkRows) / rows : Infinity };
}

/** What a chunk takes where it waits for those of others at the host: by mean value analysis, a predictor at a time. */
export function withOthers(
  { chunkSeconds, hostSeconds }: Pick<World, 'chunkSeconds' | 'hostSeconds'>,
  predictors: number,
): number {
  if (hostSeconds === 0) return chunkSeconds;
  let [seconds, atHost] = [chunkSeconds, 0];
  for (let count = 1; count <= predictors; count++) {
    const here = hostSeconds * (1 + atHost);
    seconds = chunkSeconds - hostSeconds + here;
    atHost = (count / seconds) * here;
  }
  return seconds;
}

/** What is left of a table's units by the keys that are written at the same time. */
function unitsWithin({ partitionUnits }: World, { chunkRows }: Told, active: number, units: number): number {
  const keys = active * Math.ceil(chunkRows / BLOCK_ROWS);
  const keysOnEach = keys / (units / partitionUnits);
  return units * Math.max(LEAST_EVEN, 1 - UNEVENNESS / keysOnEach);
}

/** The smallest of several rates, and whose it is; of equal ones the first. */
function least(rates: readonly (readonly [Limit, number])[]): readonly [number, Limit] {
  const [limit, rate] = rates.reduce((least, each) => (each[1] < least[1] ? each : least));
  return [rate, limit];
}
