import type { ErrorCount, Reason } from '../contracts/generated/types.ts';
import { bounded } from './errors.ts';

/** How many rows of a job failed, of how many. */
export interface FailedRows {
  rowsFailed: number;
  rowsTotal: number;
}

/**
 * Whether more rows failed than a job tolerates. A quotient, as a product would miss the border: 0.29 × 100 is less than 29.
 * The predictor's `tolerance.py` decides the same, so that a job ends alike whoever sees it first.
 */
export const isExceeded = ({ rowsFailed, rowsTotal }: FailedRows, share: number | undefined): boolean =>
  share !== undefined && rowsTotal > 0 && rowsFailed / rowsTotal > share;

/** Of the most rows that a file may have. */
const SHARE_OF_ONE_ROW = 1e-12;

/** A share as the ledger can hold it: DynamoDB has no number below 1e-130, and less than one row is none. */
export const storedShare = (share: number): number => (share < SHARE_OF_ONE_ROW ? 0 : share);

/** @param mostFrequent absent where the rows failed with their whole chunks. */
export function tooManyErrors(
  { rowsFailed, rowsTotal }: FailedRows,
  share: number,
  mostFrequent: ErrorCount | undefined,
): Reason {
  const message =
    `${rowsFailed} of ${rowsTotal} rows failed, more than the tolerated share of ${share}; ${causeWords(mostFrequent)}. ` +
    'Scores that were written stay. Mend the rows and drop the file again, or score it with a greater --tolerate.';
  return { code: 'too_many_errors', message: bounded(message) };
}

function causeWords(mostFrequent: ErrorCount | undefined): string {
  if (!mostFrequent) return 'their chunks were written off';
  const { code, column, rows } = mostFrequent;
  return `most often ${code}${column === undefined ? '' : ` in column '${bounded(column, 80)}'`} (${rows})`;
}
