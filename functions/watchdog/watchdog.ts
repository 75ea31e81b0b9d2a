import type { ChunkMessage } from '../../contracts/generated/types.ts';
import { isAccountedFor, isHeld, isTerminal, type JobView, onlyWaitsForApproval } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { Runs } from '../../core/rescore/runs.ts';
import { resendOpenChunks } from '../../core/resend-open-chunks.ts';

export interface WatchdogDependencies {
  ledger: Pick<Ledger, 'openJobs' | 'readJob' | 'chunksOf' | 'touch'>;
  runs: Pick<Runs, 'openRuns' | 'touchRun'>;
  staleMinutes: number;
  now(): string;
  sendContinue(jobId: string): Promise<void>;
  sendChunks(runtime: string, messages: ChunkMessage[]): Promise<void>;
  /** Puts `continue {runId}` on the rescore queue. */
  sendRescore(runId: string): Promise<void>;
}

export interface WatchdogReport {
  open: number;
  held: string[];
  resumed: string[];
  /** Runs of the rescore function. */
  resumedRuns: string[];
}

/**
 * Consumes the index of jobs with unfinished business. Produces, for each that has made no progress for `staleMinutes`,
 * what it waits for, from the ledger: the split's `continue`, the messages of its open chunks, or, by a touch of its state,
 * a new record on the stream for `complete`. All of these change nothing when they turn out to be the second. A held job
 * gets what its chunks wait for, and is left alone when it only waits for an approval. A run gets its `continue` and a touch alike.
 */
export async function watchdog(dependencies: WatchdogDependencies): Promise<WatchdogReport> {
  const report: WatchdogReport = { open: 0, held: [], resumed: [], resumedRuns: [] };
  const staleSince = Date.parse(dependencies.now()) - dependencies.staleMinutes * 60_000;
  for await (const jobId of dependencies.ledger.openJobs()) {
    const view = await dependencies.ledger.readJob(jobId);
    if (!view) continue;
    report.open++;
    if (isHeld(view.state)) report.held.push(jobId);
    if (onlyWaitsForApproval(view.state) || Date.parse(view.state.progressAt) > staleSince) continue;
    await resume(view, dependencies);
    report.resumed.push(jobId);
  }
  for await (const { runId, progressAt } of dependencies.runs.openRuns()) {
    if (Date.parse(progressAt) > staleSince) continue;
    await dependencies.sendRescore(runId);
    await dependencies.runs.touchRun(runId, dependencies.now());
    report.resumedRuns.push(runId);
  }
  return report;
}

async function resume(view: JobView, dependencies: WatchdogDependencies): Promise<void> {
  const { job, state } = view;
  if (!isTerminal(state.status) && !isAccountedFor(state)) {
    if ((!state.splitDone && !isHeld(state)) || state.reopening) await dependencies.sendContinue(job.jobId);
    await resendOpenChunks(job, dependencies);
  }
  await dependencies.ledger.touch(job.jobId, dependencies.now());
}
