import { execFileSync } from 'node:child_process';
import { pythonWithPip } from '../find-python.ts';
import type { LayerOrder } from './build-layer.ts';

/**
 * Downloads the locked libraries for Lambda's Python and processor, whatever machine this is: only wheels are taken, nothing is
 * compiled. A lock is complete, so that nothing is resolved.
 */
export function installLibraries(order: LayerOrder, target: string): void {
  const machine = order.architecture === 'arm64' ? 'aarch64' : 'x86_64';
  execFileSync(
    pythonWithPip(),
    [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '--no-deps'],
      ...['--platform', `manylinux_2_28_${machine}`, '--platform', `manylinux2014_${machine}`],
      ...['--python-version', order.pythonVersion, '--implementation', 'cp'],
      ...['--only-binary=:all:', '--require-hashes', '--target', target, '-r', order.requirements],
    ],
    // What it says goes to stderr: stdout may be a program's answer.
    { stdio: ['ignore', 2, 2] },
  );
}
