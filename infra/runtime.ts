import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { comparedLibraries, pinnedVersions } from './lock-file.ts';
import { packageRoot } from './package-root.ts';
import type { RuntimeSettings } from './settings.ts';
import { BUILT_IN_RUNTIMES } from './settings-rules.ts';

/** The lock files that come with the project. */
export const REQUIREMENTS: string = path.join(packageRoot, 'python-predictor/requirements');

/** What the Lambda runtime brings beside a layer, and a local environment therefore needs too. */
const LAMBDA_LOCK: string = path.join(REQUIREMENTS, 'lambda.txt');

/** The lock file of a runtime: its own, or the one that a built-in runtime comes with. */
export function lockOf(name: string, { requirements }: Pick<RuntimeSettings, 'requirements'>): string {
  if (requirements) return path.resolve(requirements);
  if (BUILT_IN_RUNTIMES.includes(name)) return path.join(REQUIREMENTS, `${name}.txt`);
  throw new Error(`The runtime ${name} has no lock file: set runtimes.${name}.requirements.`);
}

/** What a manifest's `environment` is compared with. */
export interface RuntimeFacts {
  python: string;
  libraries: Record<string, string>;
}

export function factsOf(name: string, runtime: RuntimeSettings): RuntimeFacts {
  const pins = pinnedVersions(lockOf(name, runtime), runtime.pythonVersion);
  return { python: runtime.pythonVersion, libraries: comparedLibraries(pins) };
}

/** Where a local runtime is installed: other libraries or another Python, another folder. */
export interface LocalEnvironment {
  directory: string;
  python: string;
  locks: string[];
  pythonVersion: string;
}

/**
 * The virtual environment that a runtime has on this machine. Undefined where it runs in the project's own environment, which
 * holds the libraries of `classic`.
 */
export function localEnvironment(name: string, runtime: RuntimeSettings): LocalEnvironment | undefined {
  const lock = lockOf(name, runtime);
  if (readFileSync(lock).equals(readFileSync(path.join(REQUIREMENTS, 'classic.txt')))) return undefined;
  // In this order: where both hold a library, the runtime's own counts, as a layer's does on Lambda.
  const locks = [LAMBDA_LOCK, lock];
  const hash = createHash('sha256').update(runtime.pythonVersion);
  for (const file of locks) hash.update(readFileSync(file));
  const directory = path.join(
    packageRoot,
    '.dropscore/runtimes',
    `${name}-${hash.digest('hex').slice(0, 12)}`,
  );
  return {
    directory,
    python: path.join(directory, 'bin/python'),
    locks,
    pythonVersion: runtime.pythonVersion,
  };
}
