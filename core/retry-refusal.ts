import { isHeld, isTerminal, type JobView } from './job.ts';

/** Why another attempt of a job could do nothing, or not yet; undefined where it could. */
export function refusedRetry({ job, state }: JobView): { code: RetryRefusal; message: string } | undefined {
  const { jobId, format } = job;
  if (isHeld(state)) return { code: 'held', message: `Job ${jobId} is held: attempt ${state.attempt}.` };
  if (!isTerminal(state.status))
    return { code: 'still_running', message: `Job ${jobId} is running: attempt ${state.attempt}.` };
  if (state.status === 'completed') return nothingToRetry(jobId);
  if (!format || !job.model || (format.startsWith('csv') && !job.header))
    return {
      code: 'never_split',
      message: `Job ${jobId} was refused before its rows were read: ${state.reason?.message ?? ''}`,
    };
  if (state.splitDone && state.remaining === 0 && state.chunksFailed === 0) return nothingToRetry(jobId);
  return undefined;
}

const nothingToRetry = (jobId: string) =>
  ({ code: 'nothing_to_retry', message: `Every chunk of job ${jobId} was scored.` }) as const;

export type RetryRefusal = 'held' | 'still_running' | 'never_split' | 'nothing_to_retry';
