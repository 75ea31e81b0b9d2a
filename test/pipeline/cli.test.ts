import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { LOCAL_AWS } from '../../local/local-aws.ts';
import { commandLine } from './command-line.ts';

const SAMPLE = readFileSync('sample-data/breast_cancer.csv', 'utf8');
const [HEADER = '', ...ROWS] = SAMPLE.trimEnd().split('\n');

const stack = inject('stack');
const dropscore = commandLine(stack);

const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function aFile(name: string, ...lines: string[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

describe('a file with two bad rows among five', () => {
  const bad = [ROWS[1]?.replace(',', ',x'), ROWS[3]?.replace(/,[^,]*$/, '')] as [string, string];
  const mixed = [ROWS[0], bad[0], ROWS[2], bad[1], ROWS[4]] as string[];
  let job: string;

  beforeAll(async () => {
    const { stdout } = await dropscore('score', aFile('mixed.csv', HEADER, ...mixed), 'breast-cancer');
    job = stdout.trim();
  });

  it('is watched to its end, with the exit code for row errors, and the place it is at', async () => {
    const { code, stderr, stdout } = await dropscore('job', 'watch', job);
    expect(code).toBe(3);
    expect(stderr).toMatch(`${LOCAL_AWS.region}, stack ${stack.stack}`);
    expect(stdout).toMatch(/3 scored, 2 with errors/);
  });

  it('shows what the job is and how far', async () => {
    const shown = JSON.parse((await dropscore('job', 'show', job, '--json')).stdout);
    expect(shown).toMatchObject({
      jobId: job,
      status: 'completed_with_errors',
      chunksTotal: 1,
      remaining: 0,
      rowsScored: 3,
      rowsFailed: 2,
      model: 'breast-cancer',
      version: 1,
      source: { key: 'incoming/breast-cancer/mixed.csv', versionId: expect.stringMatching(/./) },
    });
  });

  it('has a JSON object a row, in file order', async () => {
    const { stdout } = await dropscore('scores', job, '--json');
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ row, line }) => [row, line])).toEqual([0, 1, 2, 3, 4].map((row) => [row, row + 2]));
    expect(rows.map(({ error }) => error?.code)).toEqual([
      undefined,
      'not_a_number',
      undefined,
      'too_few_fields',
      undefined,
    ]);
  });

  it('gives the refused rows back with their reasons; mended, they are scored', async () => {
    const file = path.join(folder, 'rejected.csv');
    expect((await dropscore('errors', job, '-o', file)).code).toBe(0);
    const [header, ...rejected] = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(header).toBe(`error_line,error_code,error_column,error_message,${HEADER}`);
    expect(rejected.map((row, i) => row.endsWith(`,${bad[i]}`))).toEqual([true, true]);

    const mended = rejected.map((row, i) => row.slice(0, -(bad[i]?.length ?? 0)) + ROWS[i === 0 ? 1 : 3]);
    const again = await dropscore(
      'score',
      aFile('mended.csv', String(header), ...mended),
      'breast-cancer',
      '--watch',
    );
    expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/2 scored, 0 with errors/)]);
  });

  it('lists a record over its files, newest first', async () => {
    const [id = ''] = ROWS[0]?.split(',') ?? [];
    await dropscore('score', aFile('later.csv', HEADER, String(ROWS[0])), 'breast-cancer', '--watch');
    const { stdout } = await dropscore('record', 'breast-cancer', id, '--json');
    const text = stdout.trim();
    const found = text.startsWith('[') ? JSON.parse(text) : text.split('\n').map((line) => JSON.parse(line));
    const times = found.map(({ sourceTime }: { sourceTime: string }) => sourceTime);
    expect(times.length).toBeGreaterThanOrEqual(2);
    expect(times).toEqual([...times].sort().reverse());
  });
});

describe('what cannot be', () => {
  it.each([
    ['a file that is not there', ['score', 'nowhere.csv', 'breast-cancer'], 2, /no file nowhere\.csv/],
    [
      'a model that is not there',
      ['score', 'sample-data/breast_cancer.csv', 'breast-cancr'],
      2,
      /breast-cancer/,
    ],
    ['a job that is not there', ['job', 'show', '0'.repeat(24)], 1, /no job/i],
    ['a command that is not there', ['scroe'], 2, /score/],
    ['a stack that is not there', ['--stack', 'Nowhere', 'job', 'list'], 1, /Nowhere/],
  ])('%s: one sentence, and the exit code', async (_, args, code, message) => {
    const outcome = await dropscore(...(args as string[]));
    expect(outcome.stderr).toMatch(message as RegExp);
    expect(outcome.stderr).not.toMatch(/\n\s+at /);
    expect([outcome.code, outcome.stdout]).toEqual([code, '']);
  });

  it('a broken file: watched, it ends with code 1 and the reason', async () => {
    const file = aFile('broken.csv', HEADER.replace('mean radius', 'radius'), ...ROWS.slice(0, 2));
    const { code, stdout } = await dropscore('score', file, 'breast-cancer', '--watch');
    expect(code).toBe(1);
    expect(stdout).toMatch(/lacks "mean radius"[\s\S]*columns_missing[\s\S]*version 1/);
  });
});
