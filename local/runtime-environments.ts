import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { findPython, minorVersion, pythonVariable } from '../infra/find-python.ts';
import { type LocalEnvironment, localEnvironment } from '../infra/runtime.ts';
import type { Settings } from '../infra/settings.ts';
import { python } from './host-environment.ts';

const run = promisify(execFile);

/** An environment that is still to be made, and what is to be said of it. */
export interface MissingEnvironment extends LocalEnvironment {
  runtime: string;
  /** The interpreter that it is made with. */
  base: string;
  /** Undefined where that is the version which the runtime has on Lambda. */
  note?: string;
}

/** The environments that the runtimes of a local stack run in and that this machine has not yet. */
export function missingEnvironments({ runtimes }: Settings): MissingEnvironment[] {
  return Object.entries(runtimes).flatMap(([runtime, settings]) => {
    const environment = localEnvironment(runtime, settings);
    if (!environment || existsSync(environment.python)) return [];
    return [{ ...environment, runtime, ...interpreterFor(settings.pythonVersion) }];
  });
}

function interpreterFor(version: string): { base: string; note?: string } {
  const found = findPython(version);
  if (found) return { base: found };
  const base = python();
  return {
    base,
    note: `No Python ${version} was found (on PATH, in pyenv, in uv, or in ${pythonVariable(version)}), so this runtime runs under Python ${minorVersion(base)} here.`,
  };
}

/**
 * Installs the locks of a runtime into a virtual environment. What is not complete is never taken for one: the folder gets its
 * name when everything is in it.
 *
 * @throws where a wheel is missing for this machine, or a hash differs.
 */
export async function makeEnvironment({ directory, base, locks }: MissingEnvironment): Promise<void> {
  const draft = `${directory}.${process.pid}`;
  mkdirSync(path.dirname(directory), { recursive: true });
  try {
    // Of pip only what installs it is needed, which the project's own environment has.
    await run(base, ['-m', 'venv', '--without-pip', draft]);
    const pip = ['-m', 'pip', '--python', path.join(draft, 'bin/python'), 'install', '--quiet'];
    // Not compiled: most modules are never imported, and Python keeps the byte code of those that are.
    const options = [
      '--disable-pip-version-check',
      '--no-deps',
      '--no-compile',
      '--require-hashes',
      '--only-binary=:all:',
    ];
    for (const lock of locks) await run(python(), [...pip, ...options, '-r', lock]);
    if (existsSync(directory)) return;
    renameSync(draft, directory);
  } catch (error) {
    const told = (error as { stderr?: string }).stderr?.trim().split('\n').slice(-3).join('\n');
    throw new Error(
      `The environment of ${path.basename(directory)} could not be installed from ${locks.join(' and ')}:\n${told ?? String(error)}`,
      { cause: error },
    );
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
