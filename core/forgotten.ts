import type { RowError, Score } from '../contracts/generated/types.ts';

/** What a row of a forgotten record says, whatever it said before. The predictor's `forgotten.py` has the same sentence. */
export const FORGOTTEN = 'the record was forgotten';

export const isForgotten = ({ message }: Pick<RowError, 'message'>): boolean => message === FORGOTTEN;

/**
 * An item with nothing of its record left. A row that was refused keeps the code and the column of its error, and a scored one gets
 * a code of its own, so that what was counted when it was written can still be told. Messages quote cells.
 */
export function forgottenScore(score: Score): Score {
  const { jobId, row, line, model, version, sourceTime, expiresAt, error } = score;
  return {
    jobId,
    row,
    ...(line !== undefined && { line }),
    model,
    version,
    sourceTime,
    ...(expiresAt !== undefined && { expiresAt }),
    error: { code: 'forgotten', ...(line !== undefined && { line }), ...error, message: FORGOTTEN },
  };
}
