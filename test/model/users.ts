import { JOB, type World } from './world.ts';

/** Also of a job that is not held: the message may have come late. */
export function askForApproval({ simulation, reference, job }: World): void {
  const state = job()?.state;
  if (!state) return;
  reference.approvals.add(state.attempt);
  simulation.send('intake', { type: 'approve', jobId: JOB, attempt: state.attempt });
}

export function askForCancel({ simulation, reference, job }: World): void {
  const state = job()?.state;
  if (!state) return;
  reference.cancels.add(state.attempt);
  simulation.send('intake', { type: 'cancel', jobId: JOB, attempt: state.attempt });
}

/**
 * @param attempt the next one, or the one that runs, once more; too early, where that has not ended. The CLI asks for none of a job that was
 * refused before its rows were read.
 */
export function askForRetry({ simulation, job }: World, attempt: 'next' | 'again'): void {
  const found = job();
  if (!found?.job.header) return;
  const number = found.state.attempt + (attempt === 'next' ? 1 : 0);
  if (number > 1) simulation.send('intake', { type: 'retry', jobId: JOB, attempt: number });
}
