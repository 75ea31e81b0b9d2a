import type { JobState } from '../../contracts/generated/types.ts';
import { isTerminal, type JobView } from '../../core/job.ts';
import { isExceeded } from '../../core/tolerance.ts';
import type { ChunkTotals } from './chunk-totals.ts';
import { compare, comparePresence, type Finding } from './finding.ts';
import { endOf, wasStopped } from './job-end.ts';

/** The job's counters by its chunks. */
export function checkCounters(state: JobState, totals: ChunkTotals): Finding[] {
  const { splitDone } = state;
  const counter = (name: keyof JobState, chunks: unknown) =>
    compare('counter', name, { job: state[name], chunks });
  return [
    ...counter('rowsScored', totals.rowsScored),
    ...counter('rowsFailed', totals.rowsFailed),
    ...counter('chunksFailed', totals.failed),
    ...counter('remaining', (splitDone ? totals.chunks : 0) - totals.ended),
    ...counter('chunksTotal', splitDone ? totals.chunks : undefined),
    ...counter('rowsTotal', splitDone ? totals.rows : undefined),
    ...(wasStopped(state) || !isTerminal(state.status)
      ? []
      : compare('counter', 'rowsScored + rowsFailed', {
          job: state.rowsScored + state.rowsFailed,
          rowsTotal: state.rowsTotal,
        })),
  ];
}

/** Only where somebody has approved, chunks go beyond the limit of rows that the job pinned. */
export function checkLimit({ job, state }: JobView, { rows }: ChunkTotals): readonly Finding[] {
  const { maxRowsPerJob = rows } = job.settings;
  if (state.approvedBeyond !== undefined || rows <= maxRowsPerJob) return [];
  return compare('counter', 'rows in chunks', { chunks: rows, maxRowsPerJob });
}

/** The status that the chunks come to; a job that was stopped has a reason instead. */
export function checkStatus({ job, state }: JobView, totals: ChunkTotals): Finding[] {
  const { status, reason, splitDone, endedAt, rowsTotal = 0 } = state;
  if (!isTerminal(status)) return [...compare('status', 'status', { job: status, expected: 'ended' })];
  const hasEnd = comparePresence('status', 'endedAt', { isThere: endedAt !== undefined, mustBe: true });
  if (!wasStopped(state)) {
    const end = endOf(totals, job);
    return [
      ...hasEnd,
      ...compare('status', 'splitDone', { job: splitDone, [status]: true }),
      ...compare('status', 'status', { job: status, chunks: end.status }),
      ...compare('status', 'reason', { job: reason?.code, chunks: end.reason }),
    ];
  }
  const { rowsFailed } = totals;
  const isExcused =
    reason?.code !== 'too_many_errors' || isExceeded({ rowsFailed, rowsTotal }, job.settings.toleratedErrors);
  return [
    ...hasEnd,
    ...comparePresence('status', 'reason', { isThere: reason !== undefined, mustBe: true }),
    ...(isExcused
      ? []
      : compare('status', 'reason', {
          job: reason.code,
          chunks: `${rowsFailed} of ${rowsTotal} rows failed`,
        })),
  ];
}
