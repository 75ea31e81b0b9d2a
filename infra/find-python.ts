import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { packageRoot } from './package-root.ts';

/**
 * An interpreter of exactly this minor version, where this machine has one: the variable DROPSCORE_PYTHON_3_13 (and so on),
 * the PATH, what pyenv and uv have installed.
 */
export function findPython(version: string): string | undefined {
  if (!found.has(version)) found.set(version, search(version));
  return found.get(version);
}

const found = new Map<string, string | undefined>();

function search(version: string): string | undefined {
  const told = process.env[pythonVariable(version)];
  if (told && minorVersion(told) !== version)
    throw new Error(`${pythonVariable(version)} names no Python ${version}.`);
  return [told, `python${version}`, 'python3', ...installed(version)].find(
    (candidate) => candidate !== undefined && minorVersion(candidate) === version,
  );
}

export const pythonVariable = (version: string): string => `DROPSCORE_PYTHON_${version.replace('.', '_')}`;

/** DROPSCORE_PYTHON, the project's own environment, or the machine's Python: the first that has pip. */
export function pythonWithPip(): string {
  const own = path.join(packageRoot, '.venv/bin/python');
  const candidates = [process.env.DROPSCORE_PYTHON, existsSync(own) ? own : undefined, 'python3'];
  const found = candidates.find(
    (python) => python !== undefined && output(python, ['-m', 'pip', '--version']) !== undefined,
  );
  if (!found)
    throw new Error(
      'Building a runtime needs a Python with pip: run `npm run setup`, or set DROPSCORE_PYTHON.',
    );
  return found;
}

/** `3.13`; undefined where the command is no Python that starts (pyenv puts names on the PATH that do not). */
export const minorVersion = (python: string): string | undefined =>
  output(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'])?.trim();

function installed(version: string): string[] {
  const pyenv = path.join(process.env.PYENV_ROOT ?? path.join(homedir(), '.pyenv'), 'versions');
  const data = process.env.XDG_DATA_HOME ?? path.join(homedir(), '.local/share');
  const uv = process.env.UV_PYTHON_INSTALL_DIR ?? path.join(data, 'uv/python');
  return [pyenv, uv].filter(existsSync).flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => name.replace(/^cpython-/, '').startsWith(`${version}.`))
      .map((name) => path.join(directory, name, 'bin', `python${version}`)),
  );
}

function output(command: string, args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
