import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { findPython } from '../find-python.ts';
import { packageRoot } from '../package-root.ts';
import type { LayerOrder } from './build-layer.ts';

const SCRIPT = path.join(packageRoot, 'infra/python-layer/smoke_test.py');

/** Why a layer cannot be tried on this machine; undefined where it can. */
export function whyUntried({ pythonVersion, architecture }: LayerOrder): string | undefined {
  const machine = architecture === 'arm64' ? 'arm64' : 'x64';
  if (process.platform !== 'linux' || process.arch !== machine)
    return `this machine is ${process.platform} on ${process.arch}, and the libraries are for Linux on ${machine}`;
  return findPython(pythonVersion) ? undefined : `no Python ${pythonVersion} was found`;
}

/**
 * Imports what a trimmed layer holds and predicts a little with each library of models, in a Python that sees nothing else.
 *
 * @returns what was done, in words.
 * @throws where something that was removed is missed.
 */
export function smokeTest(target: string, order: LayerOrder): string {
  const reason = whyUntried(order);
  const python = findPython(order.pythonVersion);
  if (reason !== undefined || !python)
    return `The smoke test was not run: ${reason}. Symbol tables were kept.`;
  const { status, stdout, stderr } = spawnSync(python, ['-I', '-S', '-B', SCRIPT, target], {
    encoding: 'utf8',
    env: { HOME: target, OMP_NUM_THREADS: '1' },
  });
  if (status !== 0)
    throw new Error(
      `The trimmed libraries do not work under Python ${order.pythonVersion}:\n${stderr.trim().split('\n').slice(-8).join('\n')}`,
    );
  return stdout.trim();
}
