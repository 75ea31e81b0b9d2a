import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');

function dropscore(...args: string[]) {
  const { DROPSCORE_STACK, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(ROOT, 'bin/dropscore.mjs'), ...args],
    {
      encoding: 'utf8',
      env: {
        ...env,
        AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
        AWS_MAX_ATTEMPTS: '1',
      },
    },
  );
  return { status, stdout, stderr };
}

test('runs from a checkout without a build step', () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  expect(dropscore('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});

test('a mistyped command exits 2 and names the nearest', () => {
  const { status, stdout, stderr } = dropscore('scor');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Did you mean score?');
});

test('a noun alone shows its help and exits 2', () => {
  const { status, stderr } = dropscore('job');
  expect(status).toBe(2);
  expect(stderr).toContain('dropscore job watch --help');
});

test('with --json a wrong argument is an object too', () => {
  const { status, stderr } = dropscore('job', 'show', 'xyz', '--json');
  expect(status).toBe(2);
  expect(JSON.parse(stderr)).toEqual({
    error: { code: 'usage', message: expect.stringContaining('24 hexadecimal digits') },
  });
});

test('an endpoint that does not answer is one sentence and a remedy, without a stack trace', () => {
  const { status, stdout, stderr } = dropscore('--stack', 'Dropscore', 'job', 'list');
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^dropscore: The service cannot be reached: .*ECONNREFUSED.*\n {2}On a local stack: .*\n$/,
  );
});
