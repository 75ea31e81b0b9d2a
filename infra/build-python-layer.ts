import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from './package-root.ts';

/** What Lambda takes for a function and its layers together, unzipped. */
const LAMBDA_LIMIT_BYTES = 262_144_000;

/** Bumped when this file changes what it builds, so that the layer's hash changes too. */
const BUILDER_VERSION = 1;

/** Folders that no import needs, measured at a quarter of the whole. */
const UNNEEDED_FOLDERS = new Set(['tests', '__pycache__']);

export interface LayerOrder {
  /** A lock file with hashes. */
  requirements: string;
  pythonVersion: string;
  architecture: 'x86_64' | 'arm64';
}

/** Same order, same layer: the hash that CDK names the asset by, known before it is built. */
export function layerHash({ requirements, pythonVersion, architecture }: LayerOrder): string {
  return createHash('sha256')
    .update(JSON.stringify([BUILDER_VERSION, pythonVersion, architecture]))
    .update(readFileSync(requirements))
    .digest('hex');
}

/**
 * Installs the locked libraries for Lambda's Python and processor below `<output>/python`, whatever machine this is: only
 * wheels are taken, nothing is compiled.
 *
 * @throws where there is no Python with pip, a wheel is missing, or the result is larger than Lambda takes.
 */
export function buildPythonLayer(order: LayerOrder, outputDirectory: string): void {
  const target = path.join(outputDirectory, 'python');
  const machine = order.architecture === 'arm64' ? 'aarch64' : 'x86_64';
  execFileSync(
    pythonWithPip(),
    [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile'],
      ...['--platform', `manylinux_2_28_${machine}`, '--platform', `manylinux2014_${machine}`],
      ...['--python-version', order.pythonVersion, '--implementation', 'cp'],
      ...['--only-binary=:all:', '--require-hashes', '--target', target, '-r', order.requirements],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  removeUnneeded(target);
  const bytes = bytesBelow(outputDirectory);
  if (bytes > LAMBDA_LIMIT_BYTES)
    throw new Error(
      `The libraries of ${order.requirements} take ${inMegabytes(bytes)} MB unzipped; Lambda takes ${inMegabytes(LAMBDA_LIMIT_BYTES)} MB. ` +
        'Remove requirements, or give their models a runtime of their own.',
    );
}

/** DROPSCORE_PYTHON, the project's own environment, or the machine's Python: the first that has pip. */
function pythonWithPip(): string {
  const own = path.join(packageRoot, '.venv/bin/python');
  const candidates = [process.env.DROPSCORE_PYTHON, existsSync(own) ? own : undefined, 'python3'];
  const found = candidates.find((python) => python !== undefined && hasPip(python));
  if (!found)
    throw new Error(
      'Building the predictor layer needs a Python with pip: run `npm run setup`, or set DROPSCORE_PYTHON.',
    );
  return found;
}

function hasPip(python: string): boolean {
  try {
    execFileSync(python, ['-m', 'pip', '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function removeUnneeded(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const folder = path.join(directory, entry.name);
    if (UNNEEDED_FOLDERS.has(entry.name)) rmSync(folder, { recursive: true });
    else removeUnneeded(folder);
  }
}

function bytesBelow(directory: string): number {
  return readdirSync(directory, { withFileTypes: true })
    .map((entry) => path.join(directory, entry.name))
    .reduce((sum, file) => {
      const facts = lstatSync(file);
      return sum + (facts.isDirectory() ? bytesBelow(file) : facts.size);
    }, 0);
}

const inMegabytes = (bytes: number) => Math.round(bytes / 1e6);
