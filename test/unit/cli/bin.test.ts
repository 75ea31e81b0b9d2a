import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');

const dropscore = dropscoreWith({});

function dropscoreWith(changes: Record<string, string | undefined>) {
  return (...args: string[]) => run(args, changes);
}

function run(args: string[], changes: Record<string, string | undefined>) {
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
        ...changes,
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

const FAILURES: [string, Record<string, string | undefined>, RegExp][] = [
  ['no region', { AWS_REGION: undefined, AWS_CONFIG_FILE: '/none' }, /^dropscore: No AWS region is set/],
  ['no credentials', { AWS_ACCESS_KEY_ID: undefined, HOME: '/none' }, /^dropscore: No AWS credentials/],
  [
    'an unknown profile',
    { AWS_PROFILE: 'none', AWS_ACCESS_KEY_ID: undefined },
    /^dropscore: No AWS credentials/,
  ],
  [
    'an endpoint that is no URL',
    { AWS_ENDPOINT_URL: 'nowhere' },
    /^dropscore: The address of an endpoint is no URL/,
  ],
  ['a number of attempts that is none', { AWS_MAX_ATTEMPTS: 'x' }, /^dropscore: /],
];

test.each(FAILURES)('%s: a sentence and a remedy, and no stack trace', (_what, env, sentence) => {
  const { status, stderr } = dropscoreWith({ AWS_EC2_METADATA_DISABLED: 'true', ...env })(
    ...['--stack', 'Dropscore', 'job', 'list'],
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(sentence);
  expect(stderr).toMatch(/^.*\n {2}.*\n$/);
});

test('a file of a name that would change the terminal is named harmlessly', () => {
  for (const args of [['\u001b[2J'], ['score', '\u001b[2J.csv', 'a'], ['job', 'show', '\u001b[2J']]) {
    const { status, stderr } = dropscore(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('\\u001b[2J');
    expect(stderr).not.toContain('\u001b');
  }
});

test('bytes that are no text, and very long arguments, are told as wrong usage', () => {
  expect(dropscore('job', 'show', 'a'.repeat(100_000)).status).toBe(2);
  const { status, stderr } = dropscore('score', '\ufffd.csv', 'a');
  expect([status, stderr]).toEqual([2, expect.stringContaining('There is no file')]);
});

test.runIf(process.platform === 'linux')('a write to a full disk is one sentence', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [path.join(ROOT, 'bin/dropscore.mjs'), '--help'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^dropscore: The disk is full\.\n {2}.*\n$/)]);
});
