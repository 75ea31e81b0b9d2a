import type { JobView } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import { Failure } from '../failure.ts';
import { duration } from '../render/quantities.ts';
import type { Context } from '../shell.ts';

const PAUSE_MS = 300;

/**
 * Polls a job until something holds of it that was asked for by a message.
 *
 * @throws Failure where it does not in time; it may still come to pass.
 */
export async function untilJob(
  { clock }: Context,
  ledger: Pick<Ledger, 'readJob'>,
  jobId: string,
  { holds, withinMs, what }: { holds(view: JobView): boolean; withinMs: number; what: string },
): Promise<JobView> {
  for (const started = clock.now(); ; ) {
    const view = await ledger.readJob(jobId);
    if (view && holds(view)) return view;
    if (clock.now() - started >= withinMs)
      throw new Failure('timeout', `Job ${jobId} did not come to ${what} within ${duration(withinMs)}.`, {
        remedy: `Look at the intake queue and the log of the fan-out function; then: dropscore job show ${jobId}`,
      });
    await clock.sleep(PAUSE_MS);
  }
}
