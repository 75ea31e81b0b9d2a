import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { parseSettings } from '../../infra/load-settings.ts';
import { packageRoot } from '../../infra/package-root.ts';
import { makeEnvironment, missingEnvironments } from '../../local/runtime-environments.ts';

vi.setConfig({ testTimeout: 120_000 });

const REQUIREMENTS = path.join(packageRoot, 'python-predictor/requirements');
const directory = mkdtempSync(path.join(tmpdir(), 'dropscore-locks-'));
/** Not to be taken for one of the checkout's own. */
const name = `test-${process.pid}`;
const runtimesFolder = path.join(packageRoot, '.dropscore/runtimes');
const leftOvers = () =>
  existsSync(runtimesFolder) ? readdirSync(runtimesFolder).filter((entry) => entry.startsWith(name)) : [];

afterAll(() => {
  for (const entry of leftOvers()) rmSync(path.join(runtimesFolder, entry), { recursive: true });
});

/** The entry of one library in the lock of `classic`, with its hashes as they are or spoiled. */
function lockOfOne(file: string, spoil = (hashes: string) => hashes): string {
  const entries = readFileSync(path.join(REQUIREMENTS, 'classic.txt'), 'utf8').split(/\n(?=\S)/);
  writeFileSync(
    path.join(directory, file),
    spoil(entries.find((entry) => entry.startsWith('threadpoolctl==')) ?? ''),
  );
  return path.join(directory, file);
}

const missing = (requirements: string) =>
  missingEnvironments(parseSettings({ runtimes: { [name]: { requirements }, onnx: { enabled: false } } }));

describe('the environment of a local runtime', () => {
  test('is not needed where the lock is that of classic', () => {
    expect(missing(path.join(REQUIREMENTS, 'classic.txt'))).toEqual([]);
  });

  test('is installed from its lock and what Lambda brings, once, with nothing else', async () => {
    const lock = lockOfOne('one.txt');
    const [environment] = missing(lock);
    if (!environment) throw new Error('nothing is missing');
    await makeEnvironment(environment);
    expect(missing(lock)).toEqual([]);
    const script =
      'import boto3, threadpoolctl, importlib.util as u; print(u.find_spec("numpy"), u.find_spec("pip"))';
    expect(execFileSync(environment.python, ['-c', script], { encoding: 'utf8' }).trim()).toBe('None None');
  });

  test('that cannot be installed says why, and leaves nothing that looks like one', async () => {
    const before = leftOvers();
    const [environment] = missing(
      lockOfOne('spoiled.txt', (text) => text.replaceAll(/sha256:\w{8}/g, 'sha256:00000000')),
    );
    if (!environment) throw new Error('nothing is missing');
    await expect(makeEnvironment(environment)).rejects.toThrow(/could not be installed from .*spoiled\.txt/);
    expect(leftOvers()).toEqual(before);
  });
});
