import type { JobView } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import { Refusal } from './refusal.ts';

/** @throws Refusal where the stack has no such job. */
export async function requireJob(jobId: string, ledger: Pick<Ledger, 'readJob'>): Promise<JobView> {
  const view = await ledger.readJob(jobId);
  if (view) return view;
  throw new Refusal(404, 'no_such_job', `There is no job ${jobId}: a drop takes some seconds to become one.`);
}
