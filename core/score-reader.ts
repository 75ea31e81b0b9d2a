import type { Score } from '../contracts/generated/types.ts';

export interface ScoreReader {
  /**
   * Items of rows `from` to `to` (exclusive) in file order, a page at a time. Rows without an item are left
   * out.
   */
  scoresOf(jobId: string, from: number, to: number, only?: 'errors'): AsyncIterable<Score[]>;
  /** Scores of one record, newest first, a page at a time. */
  scoresOfRecord(model: string, recordId: string): AsyncIterable<Score[]>;
}
