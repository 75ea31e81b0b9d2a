import type { JobView } from '../core/job.ts';
import type { Ledger } from '../core/ledger.ts';
import { Failure } from './failure.ts';

/** @throws Failure where the stack has no such job. */
export async function findJob(ledger: Ledger, jobId: string): Promise<JobView> {
  const view = await ledger.readJob(jobId);
  if (view) return view;
  throw new Failure('no_such_job', `There is no job ${jobId} in this stack.`, {
    remedy: 'A drop takes a few seconds to become a job; `dropscore job list` shows those there are.',
  });
}
