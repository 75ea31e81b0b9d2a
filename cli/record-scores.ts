import type { Score } from '../contracts/generated/types.ts';
import { recordHistory } from '../core/record-history.ts';
import type { Connection } from './connection.ts';

/** @returns the scores of one record, those of the version that is current first, and which version that is. */
export async function recordScores(
  connection: Connection,
  model: string,
  recordId: string,
  limit: number,
): Promise<{ current: number | undefined; scores: Score[] }> {
  const current = await (await connection.models()).currentVersion(model);
  const scores = await recordHistory(await connection.scores(), { model, recordId, current }, limit);
  return { current, scores };
}
