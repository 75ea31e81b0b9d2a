#!/usr/bin/env node
// Brings a fresh clone to where everything runs: npm packages, the Python environment, sample models. Does only what has changed.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mustRun, python, root, step } from './steps.mjs';

const OLDEST_NODE = [20, 19];
const OLDEST_PYTHON = [3, 11];
const PYTHONS = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python'];
const LOCK = 'python-predictor/requirements/local.txt';

export async function setUp() {
  requireNode();
  await unlessDone('npm packages', ['package-lock.json'], 'node_modules', () =>
    mustRun('npm', ['ci', '--no-audit', '--no-fund'], { quiet: true }),
  );
  if (!process.env.DROPSCORE_PYTHON) {
    await unlessDone('Python environment in .venv (the longest step)', [LOCK], '.venv', createVenv);
  }
  await unlessDone(
    'sample models, trained with the pinned libraries',
    [...pythonSources('sample-data'), LOCK],
    '.dropscore/sample-data',
    () => mustRun(python, ['sample-data/make.py', '.dropscore/sample-data'], { quiet: true }),
  );
}

const pythonSources = (folder) =>
  readdirSync(root + folder, { recursive: true })
    .filter((file) => file.endsWith('.py'))
    .sort()
    .map((file) => `${folder}/${file}`);

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(`dropscore needs Node ${OLDEST_NODE.join('.')} or later; this is ${process.versions.node}.`);
  process.exit(1);
}

async function createVenv() {
  const base = PYTHONS.find(isNewEnough);
  if (!base) {
    console.error(
      `dropscore needs Python ${OLDEST_PYTHON.join('.')} or later on PATH (tried ${PYTHONS.join(', ')}).`,
    );
    process.exit(1);
  }
  rmSync(`${root}.venv`, { recursive: true, force: true });
  await mustRun(base, ['-m', 'venv', '.venv'], { quiet: true });
  await mustRun(
    python,
    [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--require-hashes',
      '--no-deps',
      '-r',
      LOCK,
    ],
    { quiet: true },
  );
}

function isNewEnough(command) {
  try {
    const version = execFileSync(command, ['-c', 'import sys; print(*sys.version_info[:2])'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [major, minor] = version.trim().split(' ').map(Number);
    return major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1];
  } catch {
    return false;
  }
}

/** Skips an action whose inputs are as they were when it last succeeded and whose product is still there. */
async function unlessDone(what, inputs, product, action) {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(readFileSync(root + input));
  const fingerprint = hash.update(process.versions.node).digest('hex');
  const stamp = `${root}.dropscore/setup/${product.replaceAll('/', '-')}`;
  if (existsSync(root + product) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return;
  await step(what, action);
  mkdirSync(`${root}.dropscore/setup`, { recursive: true });
  writeFileSync(stamp, fingerprint);
}

if (import.meta.filename === process.argv[1]) await setUp();
