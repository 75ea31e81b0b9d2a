import type { Model, ModelList, RecordScores } from '../../../contracts/generated/api.ts';
import type { ModelManifest } from '../../../contracts/generated/types.ts';
import { isInputRejected } from '../../../core/errors.ts';
import type { ModelRegistry } from '../../../core/model-registry.ts';
import { pinModel } from '../../../core/pin-model.ts';
import { scoreAsJson } from '../../../core/scores/score-columns.ts';
import type { Answer } from '../api.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { Refusal } from '../refusal.ts';
import type { Input } from '../request.ts';

export async function listModels(_input: unknown, { models }: ApiDependencies): Promise<Answer> {
  const names = [...(await models.names())].sort();
  const list: ModelList = { models: await Promise.all(names.map((name) => described(name, models))) };
  return { body: list };
}

async function described(name: string, models: ModelRegistry): Promise<Model> {
  try {
    const { manifest } = await pinModel(name, undefined, models);
    return modelOf(manifest);
  } catch (error) {
    if (!isInputRejected(error)) throw error;
    return { name, problem: error.message };
  }
}

function modelOf({ name, version, runtime, output, features, idColumn, publishedAt }: ModelManifest): Model {
  return {
    name,
    version,
    runtime,
    kind: output.kind,
    features: features.map(({ name, type, nullable = true }) => ({ name, type, nullable })),
    ...(idColumn !== undefined && { idColumn }),
    publishedAt,
  };
}

/** The scores of one record, newest first. */
export async function recordScores(
  { path, query }: Input<{ model: string; id: string }, { limit: number }, unknown>,
  { models, scores }: ApiDependencies,
): Promise<Answer> {
  const found = await scores.scoresOfRecord(path.model, path.id, query.limit);
  if (found.length === 0) await refuseNothing(path.model, models);
  const answer: RecordScores = { model: path.model, recordId: path.id, scores: found.map(scoreAsJson) };
  return { body: answer };
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
