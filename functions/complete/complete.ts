import type {
  HoldEvent,
  Job,
  JobEvent,
  JobState,
  JobSummary,
  RescoreEvent,
  RescoreRun,
  StartMessage,
} from '../../contracts/generated/types.ts';
import {
  holdEvent,
  isAccountedFor,
  isCompleted,
  isTerminal,
  JOB_HELD,
  jobEvent,
  jobEventName,
} from '../../core/job.ts';
import { successKey } from '../../core/keys.ts';
import type { Ledger } from '../../core/ledger.ts';
import { allJobsEnded, hasEnded, isRunId, RESCORE_COMPLETED, rescoreEvent } from '../../core/rescore/run.ts';
import type { Runs } from '../../core/rescore/runs.ts';
import { isShadow, shadowRequest } from '../../core/shadow.ts';
import { summarize } from './summarize.ts';

export interface CompleteDependencies {
  ledger: Pick<Ledger, 'readJob' | 'chunksOf' | 'endJob' | 'markAnnounced' | 'markHoldTold'>;
  runs: Pick<Runs, 'readRun' | 'countJob' | 'markRunTold'>;
  resultsBucket: string;
  writeSuccess(key: string, summary: JobSummary): Promise<void>;
  announce(name: string, event: JobEvent | HoldEvent | RescoreEvent): Promise<void>;
  /** Puts a message on the intake queue. */
  sendStart(message: StartMessage): Promise<void>;
  /** Puts `continue {runId}` on the rescore queue. */
  sendRescore(runId: string): Promise<void>;
  now(): string;
}

/**
 * Consumes a job's state as a change on the Jobs stream shows it. Produces, once every chunk is accounted for, the summary
 * and the terminal state; and from the terminal write's own change, or from that of a hold, the event; and from a job's with scores the
 * shadow that it pinned. A second delivery finds the state written, sends the same event id again, which consumers must expect of EventBridge
 * anyway, and asks for the same shadow.
 */
export async function complete(state: JobState, dependencies: CompleteDependencies): Promise<void> {
  if (isAccountedFor(state)) await endJob(state.jobId, dependencies);
  else if (isTerminal(state.status)) await announceJob(state, dependencies);
  else if (state.held?.untold) await announceHold(state, dependencies);
}

/** Consumes a run's end as a change on the Jobs stream shows it. Produces its event, by the same rules as for a job. */
export async function completeRun(run: RescoreRun, { runs, announce }: CompleteDependencies): Promise<void> {
  if (!hasEnded(run) || !run.untold) return;
  await announce(RESCORE_COMPLETED, rescoreEvent(run));
  await runs.markRunTold(run.runId);
}

/** `_SUCCESS` is written before the state: who sees a job completed finds it. */
async function endJob(jobId: string, dependencies: CompleteDependencies): Promise<void> {
  const { ledger, resultsBucket, writeSuccess, now } = dependencies;
  const view = await ledger.readJob(jobId);
  if (!view || !isAccountedFor(view.state)) return;
  const summary = await summarize(view, ledger.chunksOf(jobId), resultsBucket);
  if (summary.results) await writeSuccess(successKey(summary.modelName, jobId, isShadow(view.job)), summary);
  await ledger.endJob(summary, now());
}

/** The event tells the state that was written, also where a next attempt has begun since. */
async function announceJob(state: JobState, dependencies: CompleteDependencies): Promise<void> {
  const { ledger, announce, resultsBucket } = dependencies;
  const { jobId, attempt, status } = state;
  const view = await ledger.readJob(jobId);
  if (!view) return;
  await announce(jobEventName(view.job, status), jobEvent({ job: view.job, state }, resultsBucket));
  await countInRun(view.job.runId, state, dependencies);
  if (isCompleted(status)) await startShadow(view.job, dependencies);
  await ledger.markAnnounced(jobId, attempt);
}

/**
 * Before the job is marked: whatever is interrupted, a later delivery counts it, and counts it once. The last one wakes rescore, unless
 * that still looks at sources: each writes its own part before it reads the other's, so at least one of them finds both.
 */
async function countInRun(
  runId: string | undefined,
  state: JobState,
  { runs, sendRescore, now }: CompleteDependencies,
): Promise<void> {
  if (!isRunId(runId)) return;
  await runs.countJob(runId, state, now());
  const run = await runs.readRun(runId);
  if (run && allJobsEnded(run)) await sendRescore(runId);
}

/** Now that there are scores to compare with. Before the job is marked, likewise. */
async function startShadow(job: Job, { sendStart }: CompleteDependencies): Promise<void> {
  const shadow = shadowRequest(job);
  if (shadow) await sendStart(shadow.message);
}

/** The event tells the hold that was written, also where it has been approved since. */
async function announceHold(state: JobState, { ledger, announce }: CompleteDependencies): Promise<void> {
  const view = await ledger.readJob(state.jobId);
  if (!view) return;
  await announce(JOB_HELD, holdEvent({ job: view.job, state }));
  await ledger.markHoldTold(state.jobId);
}
