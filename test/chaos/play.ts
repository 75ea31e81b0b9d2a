import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { putObject } from '../../aws/s3-objects.ts';
import { isTerminal, type JobView } from '../../core/job.ts';
import { type FaultedJob, faultedJob } from '../faults/faulted-job.ts';
import { noticed } from '../faults/faults.ts';
import { touchesState } from '../faults/points.ts';
import type { FaultProxy, Injected } from '../faults/proxy.ts';
import { type Checked, checkEnd, checkOutcome, limited } from './checks.ts';
import type { Drop } from './drop.ts';

export interface Stage extends Checked {
  proxy: FaultProxy;
}

/** With an end to waiting. */
interface Patient extends Stage {
  signal?: AbortSignal;
}

/** What became of a drop. */
export interface Played {
  drop: Drop;
  violations: string[];
  /** How often each mishap befell a request, in the drop's order. */
  met: number[];
  attempts: number;
  ms: number;
  /** How the job was left; undefined where there is none. */
  view: JobView | undefined;
}

const POLL_MS = 600;
const LIMIT_MS = 600_000;
/** A user who sees a job fail once more asks again, but not for ever. */
const MOST_ATTEMPTS = 5;

/** Drops a source with everything that befalls it, helps it on as its user would, and compares what it came to. */
export async function play(drop: Drop, stage: Stage): Promise<Played> {
  const started = performance.now();
  const job = await faultedJob(stage, { key: drop.key, model: drop.source.model, body: drop.source.body });
  const world = worldOf(job, stage);
  const injected = drop.mishaps.map(({ rule, fault }) => job.fault(rule, fault(job, world)));
  const rescue = job.fault({ ...touchesState, times: Number.POSITIVE_INFINITY }, noticed);
  const isOver = new AbortController();

  const violations = await Promise.race([
    course(drop, job, injected, { ...stage, signal: isOver.signal }).catch((error) => [String(error)]),
    sleep(LIMIT_MS, [`The job has not ended after ${LIMIT_MS / 1000} s.`], {
      signal: isOver.signal,
      ref: false,
    }),
  ]);
  isOver.abort();
  const isLossMeant = drop.mishaps.some(({ needsWatchdog }) => needsWatchdog);
  if (rescue.met.length > 0 && !isLossMeant) violations.push('It stood still until the watchdog came.');
  for (const fault of [...injected, rescue]) fault.remove();
  const view = await stage.pipeline.ledger.readJob(job.id);
  return {
    ...{ drop, violations: limited(violations), view },
    met: injected.map(({ met }) => met.length),
    attempts: view?.state.attempt ?? 0,
    ms: performance.now() - started,
  };
}

const worldOf = ({ source: { bucket, key } }: FaultedJob, { pipeline: { s3 } }: Stage) => ({
  overwrite: () => putObject(s3, bucket, key, 'overwritten\n1\n', 'text/csv'),
  remove: () => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),
});

async function course(drop: Drop, job: FaultedJob, injected: Injected[], stage: Patient): Promise<string[]> {
  const [violations] = await Promise.all([helpedOn(drop, job, injected, stage), deliver(drop, job)]);
  await deliverAtTheEnd(drop, job);
  return [...violations, ...(await checkAtRest(drop, job.id, stage))];
}

/** Asks for the next attempt, as its user would, until nothing is left to do. */
async function helpedOn(
  { mishaps }: Drop,
  job: FaultedJob,
  injected: Injected[],
  stage: Patient,
): Promise<string[]> {
  const violations: string[] = [];
  const asksEarly = mishaps.some(({ kind }) => kind === 'user retries too early');
  let view = await ended(job.id, 1, stage);
  while (isLeftToDo(view)) {
    const { attempt, status } = view.state;
    const isMeant = mishaps.some(({ leaves }) => leaves === codeOf(view));
    if (!isMeant || attempt === MOST_ATTEMPTS)
      throw new Error(`Attempt ${attempt} ended ${status}: ${await reasonsOf(view, stage)}`);
    // A request that came too early may be what opens the next attempt, under the eyes of the check.
    if (!asksEarly) violations.push(...(await checkEnd(view, stage)));
    for (const fault of injected) if (fault.rule.times === Number.POSITIVE_INFINITY) fault.remove();
    await job.ask({ type: 'retry', attempt: attempt + 1 });
    view = await ended(job.id, attempt + 1, stage);
  }
  return violations;
}

/** What stays is checked; where another attempt began meanwhile, once more. */
export async function checkAtRest(drop: Drop, jobId: string, stage: Patient): Promise<string[]> {
  for (;;) {
    const view = await ended(jobId, 1, stage);
    const found = [...(await checkEnd(view, stage)), ...(await checkOutcome(view, drop.source, stage))];
    const afterwards = await ended(jobId, 1, stage);
    if (afterwards.state.attempt === view.state.attempt) return found;
  }
}

async function reasonsOf({ job, state }: JobView, { pipeline }: Stage): Promise<string> {
  const chunks = (await pipeline.chunksOf(job.jobId)).filter(({ reason }) => reason);
  return [
    state.reason?.message,
    ...chunks.map(({ chunk, reason }) => `chunk ${chunk}: ${reason?.message}`),
  ].join(' ');
}

/** A cancelled or failed job, or one with chunks that were written off, waits for its user. */
const isLeftToDo = ({ state }: JobView) =>
  state.chunksFailed > 0 || state.status === 'cancelled' || state.status === 'failed';

const codeOf = ({ state }: JobView) => (state.chunksFailed > 0 ? 'chunk_failed' : state.reason?.code);

async function ended(jobId: string, attempt: number, { pipeline, signal }: Patient): Promise<JobView> {
  for (; ; await sleep(POLL_MS, undefined, { signal })) {
    const view = await pipeline.ledger.readJob(jobId);
    if (view && view.state.attempt >= attempt && isTerminal(view.state.status)) return view;
  }
}

async function deliver({ isDropped, duplicates }: Drop, job: FaultedJob): Promise<void> {
  if (!isDropped) await job.start();
  await Promise.all(
    duplicates.map(async ({ afterMs, eventTime }) => {
      if (afterMs === undefined) return;
      await sleep(afterMs);
      await job.start({ eventTime });
    }),
  );
}

async function deliverAtTheEnd({ duplicates }: Drop, job: FaultedJob): Promise<void> {
  for (const { afterMs, eventTime } of duplicates) if (afterMs === undefined) await job.start({ eventTime });
}
