import { setTimeout as sleep } from 'node:timers/promises';
import type { JobState } from '../contracts/generated/types.ts';
import type { JobView } from '../core/job.ts';
import type { Ledger } from '../core/ledger.ts';

export const POLL_MS = 250;
/** More than the visibility timeout of a chunk: a message that a worker took with it comes back first. */
export const PATIENCE_MS = 20 * 60_000;

/** Waits until a condition holds of a job. @throws where it makes no progress. */
export async function until(
  ledger: Ledger,
  jobId: string,
  condition: (state: JobState) => boolean,
): Promise<JobView> {
  let seen: string | undefined;
  for (let since = Date.now(); Date.now() - since < PATIENCE_MS; await sleep(POLL_MS)) {
    const view = await ledger.readJob(jobId);
    if (view && condition(view.state)) return view;
    if (view?.state.progressAt !== seen) since = Date.now();
    seen = view?.state.progressAt;
  }
  throw new Error(`Job ${jobId} stands still${seen ? ` since ${seen}` : ': it was never opened'}.`);
}
