import type { Reason, RescoreEvent, RescoreRequest, RescoreRun } from '../../contracts/generated/types.ts';

/**
 * A run's life. It is recorded `waiting`, `running` when it gets its model's turn, `summarising` when every source was looked at and
 * every job that it asked for has ended, and ends once. Every step is a conditional write, so a second delivery changes nothing.
 */

export type RunStatus = RescoreRun['status'];

/** What became of the sources that were looked at: each is one of these. */
export type Outcome = 'sent' | 'alreadyScored' | 'deleted' | 'superseded' | 'unscored' | 'gone';

export const OUTCOMES: readonly Outcome[] = [
  'sent',
  'alreadyScored',
  'deleted',
  'superseded',
  'unscored',
  'gone',
];

export const ENDED: readonly RunStatus[] = [
  'completed',
  'completed_with_failures',
  'failed',
  'cancelled',
  'skipped',
];

/** EventBridge detail-type of a run's end. */
export const RESCORE_COMPLETED = 'Rescore Completed';

export const RUN_CANCELLED: Reason = {
  code: 'cancelled',
  message: 'The run was cancelled: it asks for no more jobs. Those that it asked for before go on.',
};

export const hasEnded = ({ status }: RescoreRun): boolean => ENDED.includes(status);

/** Nothing is left but to sum up what changed. */
export const allJobsEnded = ({ status, listed, sent, jobsCompleted, jobsFailed }: RescoreRun): boolean =>
  status === 'running' && listed && jobsCompleted + jobsFailed === sent;

/** A source whose version is gone is a failure too: somebody may count on its scores. */
export const endOf = ({ jobsFailed, gone }: RescoreRun): RunStatus =>
  jobsFailed + gone > 0 ? 'completed_with_failures' : 'completed';

export const recordedRun = (runId: string, request: RescoreRequest, createdAt: string): RescoreRun => ({
  runId,
  modelName: request.modelName,
  request,
  status: 'waiting',
  listed: false,
  found: 0,
  sent: 0,
  alreadyScored: 0,
  deleted: 0,
  superseded: 0,
  unscored: 0,
  gone: 0,
  jobsCompleted: 0,
  jobsFailed: 0,
  goneSources: [],
  createdAt,
  progressAt: createdAt,
});

/** The detail of the event that a run's end is announced with. It follows from what the end never changes. */
export function rescoreEvent(run: RescoreRun): RescoreEvent {
  const { status, endedAt } = run;
  if (status === 'waiting' || status === 'running' || status === 'summarising' || !endedAt)
    throw new Error(`Run ${run.runId} is still going.`);
  const { runId, modelName, version, reason, createdAt, request, comparison } = run;
  const { found, sent, alreadyScored, deleted, superseded, unscored, gone, jobsCompleted, jobsFailed } = run;
  return {
    eventId: `${runId}#ended`,
    runId,
    modelName,
    ...(version !== undefined && { version }),
    requestedBy: request.requestedBy,
    status,
    ...(reason && { reason }),
    ...{ found, sent, alreadyScored, deleted, superseded, unscored, gone, jobsCompleted, jobsFailed },
    ...(comparison && { comparison }),
    createdAt,
    endedAt,
  };
}

/** Run ids hold a time or a hash behind an `@`; other things that set jobs apart do not. */
export const isRunId = (runId: string | undefined): runId is string => runId?.includes('@') === true;
