import type { ForgetStore, Place } from '../../core/forget-store.ts';
import { forgottenScore } from '../../core/forgotten.ts';
import { forgetInPart } from '../../core/scores/forget-in-part.ts';
import type { Connection } from '../connection.ts';
import { eraseExamples } from './erase-examples.ts';
import type { FoundRecord } from './find-record.ts';
import { rewriteResult } from './rewrite-result.ts';

/** Takes the record out of all that was found of it. What is done already is done again without effect. */
export async function eraseRecord(
  connection: Connection,
  { places, parts }: Pick<FoundRecord, 'places' | 'parts'>,
  recordId: string,
): Promise<{ items: number; parts: number }> {
  const store = await connection.forgetting();
  for (const { key, idTitle } of parts)
    await rewriteResult(store, key, async (body) => (await forgetInPart(body, idTitle, recordId))?.part);
  let items = 0;
  for (const place of places) if (await eraseItem(connection, store, place, recordId)) items++;
  await eraseExamples(connection, places);
  return { items, parts: parts.length };
}

async function eraseItem(
  connection: Connection,
  store: ForgetStore,
  { jobId, row }: Place,
  recordId: string,
): Promise<boolean> {
  for await (const [score] of (await connection.scores()).scoresOf(jobId, row, row + 1))
    if (score?.recordId === recordId) return store.replaceItem(forgottenScore(score), recordId);
  return false;
}
