import type { IntakeMessage } from '../../contracts/generated/types.ts';
import { isInputRejected } from '../../core/errors.ts';
import type { JobRequest } from '../../core/intake.ts';
import { isTerminal, type JobView } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import { type OpenDependencies, openJob, pinSource } from '../../core/open-job.ts';
import { type InspectDependencies, inspect } from './inspect.ts';
import { type SplitDependencies, split } from './split.ts';

export interface FanOutDependencies extends InspectDependencies {
  ledger: OpenDependencies['ledger'] & SplitDependencies['ledger'] & Pick<Ledger, 'failJob'>;
  settings: OpenDependencies['settings'] & SplitDependencies['settings'];
  now(): string;
  describe: OpenDependencies['describe'];
  timeLeft: SplitDependencies['timeLeft'];
  sendChunks: SplitDependencies['sendChunks'];
  /** Puts `continue {jobId}` on the intake queue. */
  sendContinue(jobId: string): Promise<void>;
}

/**
 * Consumes one intake message. Produces the job, its chunks in the ledger and on the chunk queue. A second delivery finds
 * the job as the first one pinned it, and goes on from its checkpoint.
 *
 * Returning acknowledges the message: the split is finished, the job has ended, or `continue` was accepted. Nothing else
 * does, so that a job never depends on a delivery that may have died.
 */
export async function fanOut(message: IntakeMessage, dependencies: FanOutDependencies): Promise<void> {
  const view =
    message.type === 'continue'
      ? await dependencies.ledger.readJob(message.jobId)
      : await findOrOpenJob(message, dependencies);
  if (!view || isTerminal(view.state.status) || view.state.splitDone) return;

  try {
    const outcome = await split(view, dependencies);
    if (outcome === 'out_of_time') await dependencies.sendContinue(view.job.jobId);
  } catch (error) {
    if (!isInputRejected(error)) throw error;
    await dependencies.ledger.failJob(view.job.jobId, error.reason, dependencies.now());
  }
}

async function findOrOpenJob(
  request: JobRequest,
  dependencies: FanOutDependencies,
): Promise<JobView | undefined> {
  const pinned = await pinSource(request, dependencies);
  const known = await dependencies.ledger.readJob(pinned.jobId);
  return known ?? openJob(pinned, await inspect(pinned, dependencies), dependencies);
}
