import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseContract } from '../../contracts/validate.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { theHost } from './host.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const [HEADER = '', ...SAMPLE] = readFileSync('sample-data/breast_cancer.csv', 'utf8').trimEnd().split('\n');
const COPIES = 20;
const ROWS = SAMPLE.length * COPIES;
const SPOILED = 600;
const spoil = (line: string) => line.replace(/^([^,]*),[^,]*/, '$1,abc');
/** Many chunks, of which the first are of nothing but errors. */
const FILE = [
  HEADER,
  ...Array(COPIES)
    .fill(SAMPLE)
    .flat()
    .map((line, i) => (i < SPOILED ? spoil(line) : line)),
];

const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-tolerance-'));
const file = path.join(folder, 'spoiled.csv');
let pipeline: Pipeline;
let cli: CommandLine;
beforeAll(async () => {
  pipeline = await thePipeline();
  cli = commandLine(pipeline.stack);
  writeFileSync(file, `${FILE.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const score = async (share: string) => {
  const { code, stdout, stderr } = await cli(
    'score',
    file,
    'breast-cancer',
    '--tolerate',
    share,
    '--watch',
    '--json',
  );
  return { code, stderr, job: JSON.parse(stdout) };
};

describe('a file with more errors than are tolerated', () => {
  it('fails its job, naming the numbers and the error, before the rest is scored', async () => {
    const { code, job, stderr } = await score('0.01');
    expect(code, stderr).not.toBe(0);
    expect(job).toMatchObject({ status: 'failed', reason: { code: 'too_many_errors' }, rowsTotal: ROWS });
    expect(job.reason.message).toMatch(
      /\d+ of 11380 rows failed, more than the tolerated share of 0\.01; most often not_a_number in column '.+' \(\d+\)/,
    );
    expect(job.remaining).toBeGreaterThan(0);
    const { state } = (await pipeline.ledger.readJob(job.jobId)) ?? expect.unreachable();
    parseContract('job-state', state);

    await pipeline.drained(await theHost(pipeline).chunkQueue());
    const { state: later } = (await pipeline.ledger.readJob(job.jobId)) ?? expect.unreachable();
    const { rowsScored, rowsFailed, remaining, reason } = state;
    expect(later).toMatchObject({ rowsScored, rowsFailed, remaining, reason });
    const written = await pipeline.scoresOf(job.jobId, ROWS);
    expect(written.length).toBeGreaterThanOrEqual(rowsScored + rowsFailed);
    expect(written.length).toBeLessThan(ROWS);

    const again = await cli('job', 'retry', job.jobId, '--watch');
    expect(again.code, again.stderr).toBe(1);
    expect(again.stderr).toContain('Attempt 2 is held to the same share of 0.01');
    expect(again.stdout).toMatch(/failed \(attempt 2\): .*\[too_many_errors\]/);
  });

  it('is scored where the share is tolerated', async () => {
    const { code, job, stderr } = await score('0.06');
    expect(code, stderr).not.toBe(1);
    expect(job).toMatchObject({
      status: 'completed_with_errors',
      rowsFailed: SPOILED,
      rowsScored: ROWS - SPOILED,
      settings: { toleratedErrors: 0.06 },
    });
  });
});
