import type {
  JobState,
  RescoreEvent,
  RescoreMessage,
  RescoreRun,
  StartMessage,
} from '../../contracts/generated/types.ts';
import { isTerminal, openedState } from '../../core/job.ts';
import { jobId, sourcePlace } from '../../core/keys.ts';
import { hasEnded } from '../../core/rescore/run.ts';
import type { Runs } from '../../core/rescore/runs.ts';
import { complete, completeRun } from '../../functions/complete/complete.ts';
import { giveUp } from '../../functions/dead-letter/dead-letter.ts';
import { rescore } from '../../functions/rescore/rescore.ts';
import { watchdog } from '../../functions/watchdog/watchdog.ts';
import { aJob, aSummary, SOURCE } from '../unit/factories.ts';
import { aPast, REQUEST, RUN_ID } from '../unit/functions/rescore-world.ts';
import { type Actor, gated, listOf, Simulation, type Stages } from './simulation.ts';

export const BEGIN: RescoreMessage = { type: 'begin', runId: RUN_ID, request: REQUEST };
/** A page of an index: jobs are opened between two. */
const PAGE = 20;

export type RescoreWorld = Awaited<ReturnType<typeof theRescoreWorld>>;

/** So many past sources, the functions that a run goes through, and jobs of one row that are scored in two steps. */
export async function theRescoreWorld(sources: number) {
  const past = await aPast(Array.from({ length: sources }, (_, i) => ({ file: `${i + 100}.csv` })));
  const { ledger, runs, entries, dependencies } = past;
  for (const entry of entries.values()) entry.announced = true;
  const events: RescoreEvent[] = [];
  let clock = Date.parse('2026-11-21T02:00:00.000Z');
  const now = () => new Date(clock).toISOString();

  const ownJobs = () => [...entries.values()].filter(({ job }) => job.runId === RUN_ID);
  const streamed = new Map<string, string>();
  /** The Jobs table's stream tells each change of an end that is still to be announced. */
  const tell = (id: string, change: string, body: unknown) => {
    if (streamed.get(id) === change) return;
    streamed.set(id, change);
    simulation.send('stream', body);
  };
  const observe = () => {
    clock += 1_000;
    for (const { job, state, announced } of ownJobs())
      if (isTerminal(state.status) && !announced)
        tell(job.jobId, `${state.attempt} ${state.progressAt}`, state);
    const run = past.found.get(RUN_ID);
    if (run && hasEnded(run) && run.untold) tell(RUN_ID, run.progressAt, run);
  };

  const runsOf = (actor: Actor): Runs => ({
    ...gated(runs, (name, effect) => simulation.call(actor, name, effect)),
    async *pastJobs(model, from, to) {
      for (let at = from, isLast = false; !isLast; ) {
        const all = await simulation.call(actor, 'pastJobs', () => listOf(runs.pastJobs(model, at, to)));
        const page = all.slice(0, PAGE);
        yield* page;
        isLast = page.length === all.length;
        const last = page.at(-1);
        if (last) at = `${sourcePlace(last.source, last.createdAt)}\0`;
      }
    },
    async *jobsOfRun(...args) {
      yield* await simulation.call(actor, 'jobsOfRun', () => listOf(runs.jobsOfRun(...args)));
    },
    async *openRuns() {
      yield* await simulation.call(actor, 'openRuns', () => listOf(runs.openRuns()));
    },
  });
  const ledgerOf = (actor: Actor) => ({
    ...gated(ledger, (name, effect) => simulation.call(actor, name, effect)),
    chunksOf: ledger.chunksOf,
    readSummary: ledger.readSummary,
    async *openJobs() {
      yield* await simulation.call(actor, 'openJobs', () => listOf(ledger.openJobs()));
    },
  });
  const sendRescore = (actor: Actor) => (runId: string) =>
    simulation.call(actor, 'sendRescore', () => simulation.send('rescore', { type: 'continue', runId }));

  const score = async (actor: Actor, { source, runId, model = '' }: StartMessage): Promise<void> => {
    const object = { ...SOURCE, key: source.key, versionId: source.versionId ?? '' };
    const id = jobId(object, model, runId);
    const job = aJob({ jobId: id, source: object, createdAt: now(), ...(runId && { runId }) });
    await simulation.call(actor, 'openJob', () => ledger.openJob(job, openedState(job)));
    await simulation.call(actor, 'endJob', () => endJob(id));
  };
  const endJob = (id: string, attempt = 1): boolean => {
    const entry = entries.get(id);
    if (!entry || (isTerminal(entry.state.status) && entry.state.attempt >= attempt)) return false;
    const rows = { rowsInCommon: 1, rowsOnlyBefore: 0, rowsOnlyAfter: 0 };
    entry.summary = aSummary({ jobId: id, attempt, comparison: { jobId: id, ...rows } });
    entry.announced = false;
    Object.assign(entry.state, { status: 'completed', attempt, progressAt: now() });
    return true;
  };

  const stages: Stages = {
    rescore: (actor, body) =>
      rescore(body as RescoreMessage, {
        ...dependencies,
        now,
        runs: runsOf(actor),
        ledger: ledgerOf(actor),
        timeLeft: () => (actor.late ? 0 : 60_000),
        sendStarts: (messages) =>
          simulation.call(actor, 'sendStarts', () => {
            for (const message of messages) simulation.send('intake', message);
          }),
        sendContinue: sendRescore(actor),
      }),
    intake: (actor, body) => score(actor, body as StartMessage),
    stream: (actor, body) => {
      const completing = {
        ledger: ledgerOf(actor),
        runs: runsOf(actor),
        resultsBucket: 'results',
        writeSuccess: async () => {},
        sendStart: () => Promise.reject(new Error('no job of these has a shadow')),
        sendRescore: sendRescore(actor),
        announce: (_: string, event: object) =>
          simulation.call(actor, 'announce', () => {
            if ('runId' in event) events.push(event as RescoreEvent);
          }),
        now,
      };
      return 'runId' in (body as object)
        ? completeRun(body as RescoreRun, completing)
        : complete(body as JobState, completing);
    },
    dead: (actor, body) =>
      giveUp(
        { id: actor.name, queue: 'dead', body: JSON.stringify(body) },
        {
          ledger: ledgerOf(actor),
          runs: runsOf(actor),
          settings: {
            inputBucket: 'input',
            chunkRows: 2,
            chunkBytes: 10,
            maxRecordBytes: 10,
            output: 'both',
          },
          describe: async ({ bucket, key }) => ({
            ...{ object: { bucket, key, versionId: 'v1' }, bytes: 1, lastModified: now() },
          }),
          setAside: async (_, error) => Promise.reject(error),
          wroteOff: () => undefined,
          now,
        },
      ),
    round: async (actor) => {
      const resend = { sendContinue: async () => {}, sendChunks: async () => {} };
      const reading = { ledger: ledgerOf(actor), runs: runsOf(actor), sendRescore: sendRescore(actor) };
      await watchdog({ ...reading, ...resend, staleMinutes: 120, now });
    },
    chunks: async () => Promise.reject(new Error('There are no chunks here.')),
  };
  const simulation = new Simulation(stages, observe);
  return {
    ...{ simulation, events, ownJobs, runs },
    run: () => past.found.get(RUN_ID),
    /** The next attempt of a job that failed has scores. */
    retry(pick: number): void {
      const failed = ownJobs().filter(({ state }) => state.status === 'failed');
      const one = failed[pick % failed.length];
      if (one) endJob(one.job.jobId, one.state.attempt + 1);
    },
    wait: (hours: number) => {
      clock += hours * 3_600_000;
    },
  };
}
