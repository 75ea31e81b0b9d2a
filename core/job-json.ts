import type { FailedChunk, Hold, JobSummary } from '../contracts/generated/types.ts';
import { costOf } from './cost/cost.ts';
import { isHeld, type JobView, notesOf, statusOf } from './job.ts';
import { chunksRemaining, progressOf } from './progress.ts';

/** A job for programs: what was pinned, how far it is, and, once it has ended, what came out. */
export function jobJson(
  view: JobView,
  summary?: JobSummary,
  failedChunks: readonly FailedChunk[] | undefined = summary?.failedChunks,
) {
  const { job, state } = view;
  return {
    jobId: job.jobId,
    status: statusOf(state),
    ...(isHeld(state) && { held: withoutUntold(state.held) }),
    ...(state.approvedBeyond !== undefined && { approvedBeyond: state.approvedBeyond }),
    ...(state.reason && { reason: state.reason }),
    model: job.modelName,
    ...(job.model && {
      version: job.model.version,
      manifestSha256: job.model.manifestSha256,
      runtime: job.model.runtime,
    }),
    source: job.source,
    sourceTime: job.sourceTime,
    sourceBytes: job.sourceBytes,
    attempt: state.attempt,
    splitDone: state.splitDone,
    ...(state.chunksTotal !== undefined && { chunksTotal: state.chunksTotal }),
    chunksDone: progressOf(state).chunksDone,
    chunksFailed: state.chunksFailed,
    remaining: chunksRemaining(state),
    ...(state.rowsTotal !== undefined && { rowsTotal: state.rowsTotal }),
    rowsScored: state.rowsScored,
    rowsFailed: state.rowsFailed,
    requestedBy: job.requestedBy,
    ...(job.runId !== undefined && { runId: job.runId }),
    ...(job.renews !== undefined && { renews: job.renews }),
    ...(job.shadow !== undefined && { shadow: job.shadow }),
    ...(job.shadowOf !== undefined && { shadowOf: job.shadowOf }),
    createdAt: job.createdAt,
    ...(state.endedAt !== undefined && { endedAt: state.endedAt }),
    settings: job.settings,
    ...(job.dialect && { dialect: job.dialect }),
    notes: summary?.notes ?? notesOf(view),
    ...(failedChunks && { failedChunks }),
    ...(summary && {
      errorCounts: summary.errorCounts,
      firstErrors: summary.firstErrors ?? [],
      rowsNotIndexed: summary.rowsNotIndexed,
      statistics: summary.statistics,
      ...(summary.comparison && { comparison: summary.comparison }),
      ...(summary.usage && { usage: summary.usage, cost: costOf(summary.usage) }),
      ...(summary.results !== undefined && { results: summary.results }),
    }),
  };
}

const withoutUntold = ({ untold, ...held }: Hold) => held;
