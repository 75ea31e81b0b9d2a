import { isHeld, isTerminal, statusOf } from '../../../core/job.ts';
import { refusedRetry } from '../../../core/retry-refusal.ts';
import type { Answer } from '../api.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { requireJob } from '../find-job.ts';
import { Refusal } from '../refusal.ts';
import type { Input } from '../request.ts';
import { started } from './start-job.ts';

type JobInput = Input<{ jobId: string }, unknown, unknown>;

/** Asks for the next attempt of an ended job. */
export async function retryJob(
  { path: { jobId } }: JobInput,
  { ledger, sendToIntake }: ApiDependencies,
): Promise<Answer> {
  const view = await requireJob(jobId, ledger);
  const refused = refusedRetry(view);
  if (refused) throw new Refusal(409, refused.code, refused.message);
  const attempt = view.state.attempt + 1;
  await sendToIntake({ type: 'retry', jobId, attempt });
  return { status: 202, body: { ...started(jobId, undefined), attempt } };
}

/** Asks for the end of a running job. */
export async function cancelJob(
  { path: { jobId } }: JobInput,
  { ledger, sendToIntake }: ApiDependencies,
): Promise<Answer> {
  const view = await requireJob(jobId, ledger);
  const { status, attempt } = view.state;
  if (isTerminal(status)) throw new Refusal(409, 'has_ended', `Job ${jobId} has ended: ${status}.`);
  await sendToIntake({ type: 'cancel', jobId, attempt });
  return { status: 202, body: started(jobId, view) };
}

/** Lets a held job go on beyond its limit of rows. */
export async function approveJob(
  { path: { jobId } }: JobInput,
  { ledger, sendToIntake }: ApiDependencies,
): Promise<Answer> {
  const view = await requireJob(jobId, ledger);
  const { state } = view;
  if (!isHeld(state))
    throw new Refusal(409, 'not_held', `Job ${jobId} is not held: it is ${statusOf(state)}.`);
  await sendToIntake({ type: 'approve', jobId, attempt: state.attempt });
  return { status: 202, body: started(jobId, view) };
}
