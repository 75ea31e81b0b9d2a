import type { ChunkMessage } from '../../contracts/generated/types.ts';
import type { JobView } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import { resendOpenChunks } from '../../core/resend-open-chunks.ts';

export interface RetryDependencies {
  ledger: Pick<Ledger, 'readJob' | 'chunksOf' | 'reopenJob' | 'reopenChunk' | 'endReopening'>;
  now(): string;
  sendChunks(runtime: string, messages: ChunkMessage[]): Promise<void>;
}

/**
 * Consumes a request for an ended job's next attempt. Produces it: the job runs again, its failed chunks are open and no longer
 * counted, and everything open is sent. Chunks that were scored stay so. Until the last one is open, `reopening` keeps the
 * attempt from ending; whoever finds it so goes on from there.
 *
 * @returns the job in that attempt, whose split may still be to be finished, also where another delivery has died of it.
 */
export async function retry(
  jobId: string,
  attempt: number,
  dependencies: RetryDependencies,
): Promise<JobView | undefined> {
  const { ledger, now } = dependencies;
  await ledger.reopenJob(jobId, attempt, now());
  const view = await ledger.readJob(jobId);
  if (view?.state.attempt !== attempt) return undefined;
  if (view.state.reopening) await reopenChunks(view, dependencies);
  return view;
}

async function reopenChunks({ job, state }: JobView, dependencies: RetryDependencies): Promise<void> {
  const { ledger, now } = dependencies;
  for await (const { chunk, status } of ledger.chunksOf(job.jobId))
    if (status === 'failed') await ledger.reopenChunk(job.jobId, chunk, state.attempt, now());
  await resendOpenChunks(job, dependencies);
  await ledger.endReopening(job.jobId, state.attempt, now());
}
