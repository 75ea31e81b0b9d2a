import { createHash } from 'node:crypto';
import type { Job, ModelManifest, PinnedModel } from '../contracts/generated/types.ts';
import { ContractViolation, parseContract } from '../contracts/validate.ts';
import { InputRejected } from './errors.ts';
import { MOST_MANIFEST_BYTES, type ModelRegistry, type ShadowPointers } from './model-registry.ts';
import { nearest } from './nearest.ts';

export interface FoundModel {
  model: PinnedModel;
  manifest: ModelManifest;
}

const MODEL_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * Finds the version that a request means and pins it by the sha256 of its manifest, which in turn holds the sha256 of
 * every artifact.
 *
 * @throws InputRejected model_missing, listing the models there are; model_invalid.
 */
export async function pinModel(
  name: string,
  version: number | undefined,
  registry: ModelRegistry,
): Promise<FoundModel> {
  const pointer = MODEL_NAME.test(name) ? await registry.current(name) : undefined;
  if (!pointer) throw new InputRejected('model_missing', noSuchModel(name, await registry.names()));
  return readVersion(name, version ?? versionOf(pointer, name), registry);
}

async function readVersion(name: string, wanted: number, registry: ModelRegistry): Promise<FoundModel> {
  const bytes = await registry.manifest(name, wanted);
  if (!bytes) {
    throw new InputRejected(
      'model_missing',
      `Model ${name} has no version ${wanted}: publish it, or ask for another.`,
    );
  }
  const manifest = parseJson('model-manifest', bytes, `the manifest of ${name} version ${wanted}`);
  if (manifest.name !== name || manifest.version !== wanted) {
    const stated = `${manifest.name} version ${manifest.version}`;
    throw new InputRejected(
      'model_invalid',
      `The manifest of ${name} version ${wanted} says that it is ${stated}: publish it again.`,
    );
  }
  const manifestSha256 = createHash('sha256').update(bytes).digest('hex');
  return { manifest, model: { name, version: wanted, manifestSha256, runtime: manifest.runtime } };
}

/**
 * The version that new jobs are scored with; undefined where there is no such model.
 *
 * @throws InputRejected model_invalid.
 */
export async function currentVersion(name: string, registry: ModelRegistry): Promise<number | undefined> {
  const pointer = MODEL_NAME.test(name) ? await registry.current(name) : undefined;
  return pointer && versionOf(pointer, name);
}

/**
 * The version that is tried beside a current one; undefined where none is, or where it has become the current one.
 *
 * @throws InputRejected model_invalid.
 */
export async function shadowVersion(
  { name, version }: PinnedModel,
  registry: ShadowPointers,
): Promise<number | undefined> {
  const pointer = await registry.shadow(name);
  if (!pointer) return undefined;
  const remedy = `Remove it, and set it again: dropscore model shadow ${name}@VERSION.`;
  const { version: shadow } = parseJson('shadow-pointer', pointer, `shadow.json of model ${name}`, remedy);
  return shadow === version ? undefined : shadow;
}

/**
 * The manifest that a job pinned, whatever is current meanwhile: of another one the columns would say nothing.
 *
 * @throws InputRejected model_missing, model_invalid, model_changed.
 */
export async function pinnedManifest({ model }: Job, registry: ModelRegistry): Promise<ModelManifest> {
  if (!model) throw new Error('A job that was opened to be unpacked has a model.');
  const found = await readVersion(model.name, model.version, registry);
  if (found.model.manifestSha256 === model.manifestSha256) return found.manifest;
  const message = `The manifest of ${model.name} version ${model.version} is no longer what the job was opened with: publish a new version, and drop the file again.`;
  throw new InputRejected('model_changed', message);
}

const versionOf = (pointer: Buffer, name: string): number =>
  parseJson('current-pointer', pointer, `current.json of model ${name}`).version;

function noSuchModel(name: string, names: readonly string[]): string {
  if (names.length === 0) return 'There is no model yet: publish one, then drop the file again.';
  if (names.includes(name))
    return `No version of model ${name} is current: promote one, then drop the file again.`;
  const there = `There are: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}.`;
  if (name === '') return `The key names no model: drop files under incoming/<model>/. ${there}`;
  const near = nearest(name, names);
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  return `There is no model '${name.slice(0, 64)}'.${meant} ${there}`;
}

function parseJson<Name extends 'model-manifest' | 'current-pointer' | 'shadow-pointer'>(
  name: Name,
  bytes: Buffer,
  what: string,
  remedy = 'Publish the model again.',
) {
  if (bytes.length > MOST_MANIFEST_BYTES) {
    const message = `Cannot use ${what}: it is larger than ${MOST_MANIFEST_BYTES} bytes. ${remedy}`;
    throw new InputRejected('model_invalid', message);
  }
  try {
    return parseContract(name, JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof ContractViolation)) throw error;
    const cause = error instanceof ContractViolation ? error.message : 'it is not JSON';
    throw new InputRejected('model_invalid', `Cannot use ${what}: ${cause}. ${remedy}`);
  }
}
