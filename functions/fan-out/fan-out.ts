import type { IntakeMessage, UnpackMessage } from '../../contracts/generated/types.ts';
import { isInputRejected } from '../../core/errors.ts';
import type { JobRequest } from '../../core/intake.ts';
import { CANCELLED, isTerminal, type JobView } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import { type OpenDependencies, openJob, pinSource } from '../../core/open-job.ts';
import { pinnedManifest } from '../../core/pin-model.ts';
import { unpackMessage } from '../../core/unpack-message.ts';
import { type InspectDependencies, inspect } from './inspect.ts';
import { matrixOrigin } from './origins/matrix.ts';
import type { Origin } from './origins/origin.ts';
import { type StagedDependencies, stagedOrigin } from './origins/staged.ts';
import { textOrigin } from './origins/text.ts';
import { type RetryDependencies, retry } from './retry.ts';
import { type SplitDependencies, split } from './split.ts';

export interface FanOutDependencies extends InspectDependencies, StagedDependencies {
  models: InspectDependencies['models'];
  ledger: OpenDependencies['ledger'] &
    SplitDependencies['ledger'] &
    RetryDependencies['ledger'] &
    Pick<Ledger, 'failJob' | 'cancelJob' | 'approveJob'>;
  settings: OpenDependencies['settings'] & InspectDependencies['settings'] & StagedDependencies['settings'];
  now(): string;
  timeLeft: SplitDependencies['timeLeft'];
  sendChunks: SplitDependencies['sendChunks'];
  /** Puts `continue {jobId}` on the intake queue. */
  sendContinue(jobId: string): Promise<void>;
  sendUnpack(message: UnpackMessage): Promise<void>;
}

/**
 * Consumes one intake message. Produces the job, its chunks in the ledger and on the chunk queue. A second delivery finds
 * the job as the first one pinned it, and goes on from its checkpoint.
 *
 * A joblib source that cannot be read in place is unpacked first: whichever message finds it without its staged index asks
 * for that, and `staged` goes on with the index.
 *
 * A job that is held at its limit of rows stays so, whatever message comes, until `approve` does.
 *
 * Returning acknowledges the message: the split is finished or held, the job has ended, or `continue` or `unpack` was accepted.
 * Nothing else does, so that a job never depends on a delivery that may have died.
 */
export async function fanOut(message: IntakeMessage, dependencies: FanOutDependencies): Promise<void> {
  const view = await viewFor(message, dependencies);
  if (!view || isTerminal(view.state.status) || view.state.splitDone || view.state.held) return;

  try {
    const origin = await originOf(view, message, dependencies);
    if (!origin) {
      const manifest = await pinnedManifest(view.job, dependencies.models);
      return await dependencies.sendUnpack(unpackMessage(view.job, manifest));
    }
    const outcome = await split(view, origin, dependencies);
    if (outcome === 'out_of_time') await dependencies.sendContinue(view.job.jobId);
  } catch (error) {
    if (!isInputRejected(error)) throw error;
    await dependencies.ledger.failJob(view.job.jobId, error.reason, dependencies.now());
  }
}

/** The job that a message is about, with what it asks for done, but for the split. */
async function viewFor(
  message: IntakeMessage,
  dependencies: FanOutDependencies,
): Promise<JobView | undefined> {
  const { ledger, now } = dependencies;
  if (message.type === 'start') return findOrOpenJob(message, dependencies);
  if (message.type === 'retry') return retry(message.jobId, message.attempt, dependencies);
  if (message.type === 'cancel') {
    await ledger.cancelJob(message.jobId, message.attempt, CANCELLED, now());
    return undefined;
  }
  if (message.type === 'approve') await ledger.approveJob(message.jobId, message.attempt, now());
  const view = await ledger.readJob(message.jobId);
  return view?.state.reopening ? retry(message.jobId, view.state.attempt, dependencies) : view;
}

async function findOrOpenJob(
  request: JobRequest,
  dependencies: FanOutDependencies,
): Promise<JobView | undefined> {
  const pinned = await pinSource(request, dependencies);
  const known = await dependencies.ledger.readJob(pinned.jobId);
  return known ?? openJob(pinned, await inspect(pinned, dependencies), dependencies);
}

/** @returns undefined where the rows are still to be unpacked. */
async function originOf(
  { job }: JobView,
  message: IntakeMessage,
  dependencies: FanOutDependencies,
): Promise<Origin | undefined> {
  if (job.format === 'matrix') return matrixOrigin(job);
  if (job.format !== 'joblib') return textOrigin(job, dependencies);
  return stagedOrigin(job, message.type === 'staged' ? message.index : undefined, dependencies);
}
