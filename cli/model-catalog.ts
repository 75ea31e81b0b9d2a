import type { ModelManifest } from '../contracts/generated/types.ts';
import { parseContract } from '../contracts/validate.ts';
import { currentKey, manifestKey } from '../core/keys.ts';

/** The models bucket as the CLI reads it. */
export interface ModelCatalog {
  names(): Promise<string[]>;
  /** The version that new jobs are scored with; undefined where there is no such model. */
  currentVersion(name: string): Promise<number | undefined>;
  manifest(name: string, version: number): Promise<ModelManifest | undefined>;
}

interface ModelObjects {
  read(key: string): Promise<Buffer | undefined>;
  folders(): Promise<string[]>;
}

export function modelCatalog({ read, folders }: ModelObjects): ModelCatalog {
  const readJson = async (key: string): Promise<unknown> => {
    const bytes = await read(key);
    return bytes && JSON.parse(bytes.toString('utf8'));
  };
  return {
    names: folders,
    async currentVersion(name) {
      const pointer = await readJson(currentKey(name));
      return pointer === undefined ? undefined : parseContract('current-pointer', pointer).version;
    },
    async manifest(name, version) {
      const manifest = await readJson(manifestKey(name, version));
      return manifest === undefined ? undefined : parseContract('model-manifest', manifest);
    },
  };
}
