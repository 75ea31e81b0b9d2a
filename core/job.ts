import type { HoldEvent, Job, JobEvent, JobState, Reason } from '../contracts/generated/types.ts';
import { resultsPrefix } from './keys.ts';
import { isShadow } from './shadow.ts';

/**
 * A job's life. It is opened `running` (or straight `failed`, where its source can never be scored) and reaches one
 * terminal state once per attempt. Every step is a conditional write, so a second delivery changes nothing.
 */

export type JobStatus = JobState['status'];

export const TERMINAL: readonly JobStatus[] = ['completed', 'completed_with_errors', 'failed', 'cancelled'];

export const isTerminal = (status: JobStatus): boolean => TERMINAL.includes(status);

/** Ended with scores, but perhaps for some rows. */
export const isCompleted = (status: JobStatus): boolean =>
  status === 'completed' || status === 'completed_with_errors';

export const CANCELLED: Reason = {
  code: 'cancelled',
  message:
    'The job was cancelled. Rows that were scored before keep their scores; `dropscore job retry` goes on with the rest.',
};

/** Every chunk is in the ledger and ended: nothing is left but to say so. */
export const isAccountedFor = (state: JobState): boolean =>
  state.status === 'running' && !state.reopening && state.splitDone && state.remaining === 0;

/** The split stopped at the job's limit of rows: what was sent before is scored, and the rest waits for an approval. */
export const isHeld = (state: JobState): state is JobState & Required<Pick<JobState, 'held'>> =>
  state.status === 'running' && state.held !== undefined;

/** Held, with all ended that was sent before, and told: nothing is left to do but to approve or to cancel. */
export const onlyWaitsForApproval = (state: JobState): boolean =>
  isHeld(state) && !state.held.untold && !state.reopening && state.remaining + state.checkpoint.chunk === 0;

/** How users call a state: a job that is held runs in the ledger, since its chunks do. */
export const statusOf = (state: JobState): JobStatus | 'held' => (isHeld(state) ? 'held' : state.status);

/** A job as users see it: what was pinned, and how far it is. */
export interface JobView {
  job: Job;
  state: JobState;
}

/** A joblib source has rows and no lines. */
export const hasLines = ({ format }: Job): boolean => format !== 'matrix' && format !== 'joblib';

/** What was assumed of a source, when its job was opened and when it was split. */
export const notesOf = ({ job, state }: JobView): string[] => [...job.notes, ...(state.notes ?? [])];

/** The state of a job that has just been opened. */
export function openedState(job: Job): JobState {
  const { byte, line } = job.firstRecord ?? { byte: 0, line: 1 };
  const { toleratedErrors } = job.settings;
  return {
    jobId: job.jobId,
    status: 'running',
    attempt: 1,
    splitDone: false,
    remaining: 0,
    chunksFailed: 0,
    rowsScored: 0,
    rowsFailed: 0,
    ...(toleratedErrors !== undefined && { toleratedErrors }),
    checkpoint: { byte, line, row: 0, chunk: 0 },
    progressAt: job.createdAt,
  };
}

/** Where the result files lie of a job that ends so; undefined where it has none to offer. */
export function resultsOf(job: Job, status: JobStatus, bucket: string): string | undefined {
  if (!isCompleted(status) || job.settings.output === 'rows') return undefined;
  return `s3://${bucket}/${resultsPrefix(job.modelName, job.jobId, isShadow(job))}`;
}

/**
 * The detail of the event that a terminal state is announced with. The same attempt always has the same id, and the same content: it follows
 * from the state alone, since the next attempt may have begun when it is sent.
 */
export function jobEvent({ job, state }: JobView, resultsBucket: string): JobEvent {
  if (state.status === 'running') throw new Error(`Job ${job.jobId} is still running.`);
  const results = resultsOf(job, state.status, resultsBucket);
  return {
    eventId: `${job.jobId}#${state.attempt}`,
    jobId: job.jobId,
    attempt: state.attempt,
    status: state.status,
    ...(state.reason && { reason: state.reason }),
    modelName: job.modelName,
    ...(job.model && { model: job.model }),
    source: job.source,
    ...(state.rowsTotal !== undefined && { rowsTotal: state.rowsTotal }),
    rowsScored: state.rowsScored,
    rowsFailed: state.rowsFailed,
    chunksFailed: state.chunksFailed,
    ...(results && { results }),
    ...(state.comparison && { comparison: state.comparison }),
    ...(job.shadowOf !== undefined && { shadowOf: job.shadowOf }),
  };
}

/** The detail of the event that a hold is announced with. It follows from what a hold never changes: sent again, it is the same. */
export function holdEvent({ job, state }: JobView): HoldEvent {
  if (!state.held) throw new Error(`Job ${job.jobId} is not held.`);
  const { untold, ...held } = state.held;
  return {
    eventId: `${job.jobId}#held`,
    jobId: job.jobId,
    modelName: job.modelName,
    ...(job.model && { model: job.model }),
    source: job.source,
    ...held,
  };
}

/** EventBridge detail-type of a hold. */
export const JOB_HELD = 'Job Held';

/** EventBridge detail-type of a terminal state: a fact, in the past tense. Who waits for jobs hears nothing of shadows. */
export const jobEventName = (job: Job, status: JobStatus): string =>
  `${isShadow(job) ? 'Shadow' : 'Job'} ${isCompleted(status) ? 'Completed' : 'Failed'}`;
