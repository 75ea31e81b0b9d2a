import type { Chunk, FailedChunk } from '../../contracts/generated/types.ts';
import { addTo, type ErrorTally, errorKind } from './error-tally.ts';

/** As many as a summary shows. */
const FAILED_CHUNKS_SHOWN = 20;

/** What the chunks of a job come to: what its counters and its summary have to say. */
export class ChunkTotals {
  /** Number of the last chunk, and one more; a gap counts. */
  chunks = 0;
  /** Behind the last row. */
  rows = 0;
  done = 0;
  failed = 0;
  rowsScored = 0;
  rowsFailed = 0;
  rowsNotIndexed = 0;
  /** Scored rows by the chunks' statistics. */
  counted = 0;
  readonly errors: ErrorTally = new Map();
  readonly failedChunks: FailedChunk[] = [];

  add({ chunk, status, reason, reference, ...ended }: Chunk): void {
    const { firstRow, rowCount } = reference;
    this.chunks = chunk + 1;
    this.rows = Math.max(this.rows, firstRow + rowCount);
    if (status === 'open') return;
    this[status]++;
    this.rowsScored += ended.rowsScored ?? 0;
    this.rowsFailed += ended.rowsFailed ?? 0;
    this.rowsNotIndexed += ended.rowsNotIndexed ?? 0;
    this.counted += ended.statistics?.count ?? 0;
    for (const count of ended.errorCounts ?? []) addTo(this.errors, errorKind(count), count.rows);
    if (reason && this.failedChunks.length < FAILED_CHUNKS_SHOWN)
      this.failedChunks.push({ chunk, firstRow, rowCount, reason });
  }

  get ended(): number {
    return this.done + this.failed;
  }
}
