import type { Connection } from './connection.ts';
import { Failure } from './failure.ts';
import { noSuchModel } from './find-model.ts';

/** Nothing found of a record has several causes, and only one of them is a wrong id. */
export async function noScoreOf(connection: Connection, model: string, id: string): Promise<Failure> {
  const models = await connection.models();
  const version = await models.currentVersion(model);
  if (version === undefined) return noSuchModel(model, await models.names());
  const manifest = await models.manifest(model, version);
  if (manifest && manifest.idColumn === undefined)
    return new Failure(
      'no_id_column',
      `Model ${model} names no id column, so its scores cannot be found by record.`,
      {
        remedy: 'Find the row by its line: dropscore scores JOB. Or publish the model with an idColumn.',
      },
    );
  return new Failure('no_such_record', `Model ${model} has no score for record ${id}.`, {
    remedy:
      'Ids count as written, zeros and case included. Jobs that write files only, and ids that repeat too often in a file, cannot be found by record.',
  });
}
