import { existsSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.ts';

/**
 * The Python that publishes: it must have the libraries that the model was made with, so the one that is named or active
 * goes before the project's own.
 *
 * @throws Failure where the named one is not there.
 */
export function findPython(
  named: string | undefined,
  env: NodeJS.ProcessEnv,
  root: string,
  exists: (file: string) => boolean = existsSync,
): string {
  const wanted = named ?? env.DROPSCORE_PYTHON;
  if (wanted) return requireThere(wanted, exists);
  const environments = [env.VIRTUAL_ENV, env.CONDA_PREFIX, path.join(root, '.venv')];
  for (const environment of environments) {
    const python = environment && path.join(environment, 'bin/python');
    if (python && exists(python)) return python;
  }
  return 'python3';
}

/** A bare name is looked for on PATH, when it is started. */
function requireThere(python: string, exists: (file: string) => boolean): string {
  if (!python.includes(path.sep) || exists(python)) return python;
  throw new Failure('python_missing', `There is no Python at ${python}.`, {
    remedy: 'Give the path of an interpreter with --python, or a name that is on PATH.',
  });
}
