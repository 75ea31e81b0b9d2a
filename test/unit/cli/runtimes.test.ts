import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runCommand } from './run-command.ts';

const OLDER = path.resolve('test/pipeline/runtimes/older-sklearn.txt');
const directory = mkdtempSync(path.join(tmpdir(), 'dropscore-runtimes-'));

/** Has the commands read a settings file with these runtimes. */
function withRuntimes(runtimes: object): void {
  process.env.DROPSCORE_SETTINGS = path.join(directory, 'settings.json');
  writeFileSync(process.env.DROPSCORE_SETTINGS, JSON.stringify({ runtimes }));
}

afterEach(() => {
  delete process.env.DROPSCORE_SETTINGS;
});

describe('runtime list', () => {
  test('tells what each holds, how it is packaged, and where it runs here', async () => {
    withRuntimes({
      older: { requirements: OLDER, pythonVersion: '3.11', packaging: 'image', memoryMiB: 3008 },
    });
    const { stdout } = await runCommand(['runtime', 'list']);
    const [head, classic, , older] = stdout.split('\n');
    expect(head).toMatch(/^RUNTIME +PYTHON +PACKAGING +MIB +LOCAL +LIBRARIES$/);
    expect(classic).toMatch(/^classic +3\.13 +layer +1769 +project +scikit-learn 1\.9\.1, xgboost-cpu 3/);
    expect(older).toMatch(/^older +3\.11 +image +3008 +(installed|to install) +scikit-learn 1\.5\.2/);
  });

  test('does so as JSON', async () => {
    withRuntimes({ onnx: { enabled: false } });
    const { stdout } = await runCommand(['runtime', 'list', '--json']);
    expect(JSON.parse(stdout)).toEqual([
      {
        name: 'classic',
        python: '3.13',
        packaging: 'layer',
        memoryMiB: 1769,
        local: 'project',
        libraries: expect.objectContaining({ 'scikit-learn': '1.9.1', pandas: '3.1.1' }),
      },
    ]);
  });
});

describe('runtime build', () => {
  test('writes what an image is built from', async () => {
    withRuntimes({ older: { requirements: OLDER, pythonVersion: '3.11', packaging: 'image' } });
    const folder = path.join(directory, 'image');
    const { stdout, exitCode } = await runCommand(['runtime', 'build', 'older', '-o', folder]);
    expect([exitCode, stdout]).toEqual([0, `The image of older is built from ${folder}\n`]);
    expect(readFileSync(path.join(folder, 'Dockerfile'), 'utf8')).toMatch(/^FROM .*\/python:3\.11\n/);
    expect(existsSync(path.join(folder, 'src/dropscore_predictor/handler.py'))).toBe(true);
  });

  test('of a runtime that the settings have not names those that they have', async () => {
    const { stderr, exitCode } = await runCommand(['runtime', 'build', 'clasic']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('The settings have no runtime clasic; there are classic, onnx.');
  });
});
