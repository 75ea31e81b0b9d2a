import { isHeld, type JobView } from '../../core/job.ts';

/** What to ask for after a job has been shown. */
export function nextSteps({ job, state }: JobView): string[] {
  const { jobId } = job;
  if (isHeld(state)) return [`dropscore job approve ${jobId} --watch`, `dropscore job cancel ${jobId}`];
  if (state.status === 'running') return [`dropscore job watch ${jobId}`];
  return [
    ...(state.rowsScored > 0 ? [`dropscore scores ${jobId} -o scores.csv`] : []),
    ...(state.chunksFailed > 0 || state.status === 'cancelled'
      ? [`dropscore job retry ${jobId} --watch`]
      : []),
    ...(state.rowsFailed > 0 ? [`dropscore errors ${jobId} -o rejected.csv`] : []),
  ];
}
