import { createHash } from 'node:crypto';
import type {
  CurrentPointer,
  ModelManifest,
  PinnedModel,
  ShadowPointer,
} from '../contracts/generated/types.ts';
import { parseContract } from '../contracts/validate.ts';
import { currentKey, manifestKey, shadowKey } from '../core/keys.ts';
import { Failure } from './failure.ts';

/** A pointer as it was read: it is written only while it is still that. */
interface AsRead<T> {
  pointer: T;
  etag: string;
}

export type ReadPointer = AsRead<CurrentPointer>;
export type ReadShadow = AsRead<ShadowPointer>;

/** The models bucket as the CLI reads it, and moves its pointers. */
export interface ModelCatalog {
  names(): Promise<string[]>;
  /** The version that new jobs are scored with; undefined where there is no such model. */
  currentVersion(name: string): Promise<number | undefined>;
  pointer(name: string): Promise<ReadPointer | undefined>;
  /** False where someone else moved it after it was read. */
  movePointer(name: string, to: CurrentPointer, read: ReadPointer | undefined): Promise<boolean>;
  /** The pointer to the version that is tried beside the current one: also where none is any more. */
  shadow(name: string): Promise<ReadShadow | undefined>;
  /** False likewise. */
  moveShadow(name: string, to: ShadowPointer, read: ReadShadow | undefined): Promise<boolean>;
  /** Ascending; a number whose publish did not end is among them. */
  versions(name: string): Promise<number[]>;
  manifest(name: string, version: number): Promise<ModelManifest | undefined>;
  /** What a job would pin of this version. */
  pinned(name: string, version: number): Promise<PinnedModel | undefined>;
}

interface ModelObjects {
  read(key: string): Promise<{ body: Buffer; etag: string } | undefined>;
  folders(): Promise<string[]>;
  versions(name: string): Promise<number[]>;
  writePointer(key: string, body: string, etag: string | undefined): Promise<boolean>;
}

export function modelCatalog({ read, folders, versions, writePointer }: ModelObjects): ModelCatalog {
  const pointer = async (name: string): Promise<ReadPointer | undefined> => {
    const found = await read(currentKey(name));
    return found && { pointer: pointerOf(found.body, name), etag: found.etag };
  };
  const write = (key: string, to: CurrentPointer | ShadowPointer, was: { etag: string } | undefined) =>
    writePointer(key, `${JSON.stringify(to, undefined, 2)}\n`, was?.etag);
  return {
    names: folders,
    versions,
    pointer,
    currentVersion: async (name) => (await pointer(name))?.pointer.version,
    movePointer: (name, to, was) => write(currentKey(name), to, was),
    async shadow(name) {
      const found = await read(shadowKey(name));
      return found && { pointer: shadowOf(found.body, name), etag: found.etag };
    },
    moveShadow: (name, to, was) => write(shadowKey(name), to, was),
    async manifest(name, version) {
      const found = await read(manifestKey(name, version));
      return found && manifestOf(found.body, name, version);
    },
    async pinned(name, version) {
      const found = await read(manifestKey(name, version));
      return (
        found && {
          name,
          version,
          manifestSha256: createHash('sha256').update(found.body).digest('hex'),
          runtime: manifestOf(found.body, name, version).runtime,
        }
      );
    },
  };
}

function pointerOf(body: Buffer, name: string): CurrentPointer {
  return read(
    () => parseContract('current-pointer', JSON.parse(body.toString('utf8'))),
    (why) =>
      new Failure('pointer_invalid', `${currentKey(name)} of the models bucket cannot be read: ${why}`, {
        remedy: `Put its last good version back, or remove it and choose one: dropscore model promote ${name}@VERSION`,
      }),
  );
}

function shadowOf(body: Buffer, name: string): ShadowPointer {
  return read(
    () => parseContract('shadow-pointer', JSON.parse(body.toString('utf8'))),
    (why) =>
      new Failure('pointer_invalid', `${shadowKey(name)} of the models bucket cannot be read: ${why}`, {
        remedy: `Remove it, and set it again: dropscore model shadow ${name}@VERSION`,
      }),
  );
}

function manifestOf(body: Buffer, name: string, version: number): ModelManifest {
  return read(
    () => parseContract('model-manifest', JSON.parse(body.toString('utf8'))),
    (why) =>
      new Failure('model_invalid', `The manifest of ${name}@${version} cannot be read: ${why}`, {
        remedy: `Publish the model again, or go back to another version: dropscore model promote ${name}@VERSION`,
      }),
  );
}

/** Anyone with the right to publish may write to the bucket: what lies there may be anything. */
function read<T>(parse: () => T, failure: (why: string) => Failure): T {
  try {
    return parse();
  } catch (error) {
    throw failure(error instanceof SyntaxError ? 'it is not JSON' : String((error as Error).message));
  }
}
