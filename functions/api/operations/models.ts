import type { Model, ModelList } from '../../../contracts/generated/api.ts';
import type { ModelManifest } from '../../../contracts/generated/types.ts';
import { isInputRejected } from '../../../core/errors.ts';
import type { ModelRegistry } from '../../../core/model-registry.ts';
import { pinModel } from '../../../core/pin-model.ts';
import type { Answer } from '../api.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Input } from '../request.ts';

/** Without their columns, which may be thousands a model. */
export async function listModels(_input: unknown, { models }: ApiDependencies): Promise<Answer> {
  const names = [...(await models.names())].sort();
  const list: ModelList = { models: await Promise.all(names.map((name) => described(name, models))) };
  return { body: list };
}

async function described(name: string, models: ModelRegistry): Promise<Model> {
  try {
    return modelOf((await pinModel(name, undefined, models)).manifest);
  } catch (error) {
    if (!isInputRejected(error)) throw error;
    return { name, problem: error.message };
  }
}

/** One version of a model, with the columns that it reads. */
export async function getModel(
  { path, query }: Input<{ model: string }, { version?: number }, unknown>,
  { models }: ApiDependencies,
): Promise<Answer> {
  const { manifest } = await pinModel(path.model, query.version, models);
  const features = manifest.features.map(({ name, type, nullable = true }) => ({ name, type, nullable }));
  return { body: { ...modelOf(manifest), features } satisfies Model };
}

const modelOf = ({ name, version, runtime, output, idColumn, publishedAt }: ModelManifest): Model => ({
  name,
  version,
  runtime,
  kind: output.kind,
  ...(idColumn !== undefined && { idColumn }),
  publishedAt,
});
