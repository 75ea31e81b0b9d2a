import type { RecordScores } from '../../../contracts/generated/api.ts';
import type { Score } from '../../../contracts/generated/types.ts';
import { recordPartition } from '../../../core/keys.ts';
import type { ModelRegistry } from '../../../core/model-registry.ts';
import { currentVersion, pinModel } from '../../../core/pin-model.ts';
import { recordHistory } from '../../../core/record-history.ts';
import { scoreAsJson } from '../../../core/scores/score-columns.ts';
import type { Answer } from '../api.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { Refusal } from '../refusal.ts';
import type { Input } from '../request.ts';
import { MOST_PAGE_BYTES } from '../score-page.ts';

/** Of a key of DynamoDB. */
const MOST_PARTITION_BYTES = 2048;

/** The scores of one record, the current version’s first: as many as fit an answer. */
export async function recordScores(
  { path: { model, id }, query }: Input<{ model: string; id: string }, { limit: number }, unknown>,
  { models, scores }: ApiDependencies,
): Promise<Answer> {
  const canBe = Buffer.byteLength(recordPartition(model, id)) <= MOST_PARTITION_BYTES;
  const current = await currentVersion(model, models);
  const record = { model, recordId: id, current };
  const found = canBe ? await recordHistory(scores, record, query.limit) : [];
  if (found.length === 0) await refuseNothing(model, models);
  const answer: RecordScores = {
    model,
    recordId: id,
    ...(current !== undefined && { currentVersion: current }),
    scores: fitting(found.map(scoreAsJson)),
  };
  return { body: answer };
}

function fitting(scores: readonly Score[]): Score[] {
  let bytes = 0;
  return scores.filter((score, i) => {
    bytes += Buffer.byteLength(JSON.stringify(score));
    return i === 0 || bytes <= MOST_PAGE_BYTES;
  });
}

/** Nothing found has several causes, and only one of them is a wrong id. */
async function refuseNothing(name: string, models: ModelRegistry): Promise<never> {
  const { manifest } = await pinModel(name, undefined, models);
  if (manifest.idColumn === undefined)
    throw new Refusal(
      409,
      'no_id_column',
      `Model ${name} names no id column, so that its scores cannot be found by record: ask for the rows of a job.`,
    );
  throw new Refusal(
    404,
    'no_such_record',
    `Model ${name} has no score for this record. Ids count as written, zeros and case included; jobs that write files only, and ids that repeat too often in a file, cannot be found by record.`,
  );
}
