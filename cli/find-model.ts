import { nearest } from '../core/nearest.ts';
import type { ModelReference } from './arguments.ts';
import { Failure, wrongUsage } from './failure.ts';
import type { ModelCatalog } from './model-catalog.ts';

const LISTED = 20;

/**
 * Refuses a model that does not exist before a large file is uploaded for it. Where the catalog may not be
 * read, nothing is refused: fan-out will tell.
 */
export async function requireModel(catalog: ModelCatalog, { name, version }: ModelReference): Promise<void> {
  try {
    const current = await catalog.currentVersion(name);
    if (version === undefined ? current !== undefined : await catalog.manifest(name, version)) return;
    if (current !== undefined)
      throw wrongUsage(
        `Model ${name} has no version ${version}.`,
        `Its current version is ${current}; \`dropscore model list\` shows all models.`,
      );
    throw noSuchModel(name, await catalog.names());
  } catch (error) {
    if (!mayNotRead(error)) throw error;
  }
}

/**
 * The version that is meant where none is named: the current one.
 *
 * @throws Failure where there is no such model or version.
 */
export async function settleVersion(
  catalog: ModelCatalog,
  { name, version }: ModelReference,
): Promise<number> {
  const current = await catalog.currentVersion(name);
  if (version === undefined && current !== undefined) return current;
  const versions = await catalog.versions(name);
  if (version !== undefined && versions.includes(version)) return version;
  if (versions.length === 0) throw noSuchModel(name, await catalog.names());
  const listed = `Its versions are ${versions.slice(-LISTED).join(', ')}.`;
  throw version === undefined
    ? wrongUsage(`Model ${name} has no current version.`, `${listed} Name one: ${name}@${versions.at(-1)}.`)
    : wrongUsage(`Model ${name} has no version ${version}.`, listed);
}

/** @returns the failure of a version whose publish did not come to its end. */
export const halfPublished = (name: string, version: number): Failure =>
  new Failure('model_missing', `${name}@${version} has no manifest: its publish did not end.`, {
    remedy: 'Publish the model again; it becomes another version.',
  });

export function noSuchModel(name: string, names: readonly string[]): Failure {
  const meant = nearest(name, names);
  const listed = names.slice(0, LISTED).join(', ') + (names.length > LISTED ? ', …' : '');
  return wrongUsage(
    `There is no model named ${name}.${meant ? ` Did you mean ${meant}?` : ''}`,
    names.length > 0 ? `Models here: ${listed}.` : 'No model is published in this stack yet.',
  );
}

const mayNotRead = (error: unknown) =>
  error instanceof Error && ['AccessDenied', 'AccessDeniedException', 'Forbidden'].includes(error.name);
