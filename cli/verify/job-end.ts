import type { Job, JobState, JobSummary, Reason } from '../../contracts/generated/types.ts';
import { isExceeded } from '../../core/tolerance.ts';
import type { ChunkTotals } from './chunk-totals.ts';

/** Reasons that the chunks themselves come to, once the last has ended. */
const OF_CHUNKS: readonly unknown[] = ['all_chunks_failed', 'too_many_errors'];

/** Whether a job was ended before or in spite of its last chunk: cancelled, or failed by another reason than its chunks'. */
export const wasStopped = ({ status, reason, splitDone, remaining }: JobState): boolean =>
  status === 'cancelled' ||
  (status === 'failed' && !(OF_CHUNKS.includes(reason?.code) && splitDone && remaining === 0));

/** What a job comes to whose chunks have all ended. */
export function endOf(
  { chunks, failed, rows: rowsTotal, rowsFailed }: ChunkTotals,
  { settings }: Job,
): { status: JobSummary['status']; reason?: Reason['code'] } {
  if (isExceeded({ rowsFailed, rowsTotal }, settings.toleratedErrors))
    return { status: 'failed', reason: 'too_many_errors' };
  if (chunks > 0 && failed === chunks) return { status: 'failed', reason: 'all_chunks_failed' };
  return { status: rowsFailed > 0 ? 'completed_with_errors' : 'completed' };
}
