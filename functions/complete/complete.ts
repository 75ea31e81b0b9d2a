import type { JobEvent, JobState, JobSummary } from '../../contracts/generated/types.ts';
import { isAccountedFor, isTerminal, jobEvent, jobEventName } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import { summarize } from './summarize.ts';

export interface CompleteDependencies {
  ledger: Pick<Ledger, 'readJob' | 'readSummary' | 'chunksOf' | 'putSummary' | 'endJob' | 'markAnnounced'>;
  resultsBucket: string;
  writeSuccess(summary: JobSummary): Promise<void>;
  announce(name: string, event: JobEvent): Promise<void>;
  now(): string;
}

/**
 * Consumes a job's state as a change on the Jobs stream shows it. Produces, once every chunk is accounted for, the summary
 * and the terminal state; and from the terminal write's own change, the event. A second delivery finds the state written
 * and sends the same event id again, which consumers must expect of EventBridge anyway.
 */
export async function complete(state: JobState, dependencies: CompleteDependencies): Promise<void> {
  if (isAccountedFor(state)) await endJob(state.jobId, dependencies);
  else if (isTerminal(state.status)) await announceJob(state.jobId, dependencies);
}

/** The summary is written before the state: who sees a job completed finds its summary. */
async function endJob(jobId: string, dependencies: CompleteDependencies): Promise<void> {
  const { ledger, resultsBucket, writeSuccess, now } = dependencies;
  const view = await ledger.readJob(jobId);
  if (!view || !isAccountedFor(view.state)) return;
  const summary = await summarize(view, ledger.chunksOf(jobId), resultsBucket);
  await ledger.putSummary(summary);
  if (summary.results) await writeSuccess(summary);
  await ledger.endJob(jobId, summary.status, summary.reason, now());
}

async function announceJob(jobId: string, { ledger, announce }: CompleteDependencies): Promise<void> {
  const view = await ledger.readJob(jobId);
  if (!view || !isTerminal(view.state.status)) return;
  await announce(jobEventName(view.state.status), jobEvent(view, await ledger.readSummary(jobId)));
  await ledger.markAnnounced(jobId);
}
