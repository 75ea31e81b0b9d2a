import type { Score } from '../contracts/generated/types.ts';
import type { ScoreReader } from './score-reader.ts';

/** Of a record's newest scores: as far as one of the current version is looked for. */
const MOST_READ = 5_000;

/** Whose scores, and which version's come first; undefined where none is current. */
export interface RecordOfModel {
  model: string;
  recordId: string;
  current: number | undefined;
}

/**
 * The scores of one record: those of the current version, newest first, then the others, newest first. So what was rolled back
 * stands behind what replaced it, whenever the drops were. No more is read than it takes, and {@link MOST_READ} at most.
 */
export async function recordHistory(
  scores: Pick<ScoreReader, 'scoresOfRecord'>,
  { model, recordId, current }: RecordOfModel,
  limit: number,
): Promise<Score[]> {
  const ofCurrent: Score[] = [];
  const others: Score[] = [];
  let read = 0;
  for await (const page of scores.scoresOfRecord(model, recordId)) {
    for (const score of page)
      (current === undefined || score.version === current ? ofCurrent : others).push(score);
    others.splice(limit);
    read += page.length;
    if (ofCurrent.length >= limit || read >= MOST_READ) break;
  }
  return [...ofCurrent, ...others].slice(0, limit);
}
