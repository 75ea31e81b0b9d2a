import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { forecastRun } from '../../../cli/forecast/forecast-run.ts';
import { openedState } from '../../../core/job.ts';
import { aChunk, aJob, NOW } from '../factories.ts';
import { arrayFile } from '../joblib-file.ts';
import { memoryLedger } from '../memory-ledger.ts';
import { aManifest } from './manifest.ts';
import { runCommand, SCORING, type World } from './run-command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-dry-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

function aFile(name: string, body: string | Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, body);
  return file;
}

const rows = (count: number, text = '') =>
  `patient,radius,note\n${Array.from({ length: count }, (_, i) => `p${i},${i},${text}\n`).join('')}`;

/** A stack on which nothing may be written. */
const aStack = (changes: World = {}) => ({
  ...{ dropped: [], sent: [], ledger: memoryLedger().ledger },
  ...changes,
});

const dryRun = (file: string, world: World, ...options: string[]) =>
  runCommand(['score', file, 'tumours', '--dry-run', ...options], world);
const toldOf = async (file: string, world: World = aStack(), ...options: string[]) => {
  const { stdout, stderr } = await dryRun(file, world, '--json', ...options);
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout);
};

describe('score --dry-run', () => {
  it('tells rows, chunks, time and dollars by service, and writes nothing', async () => {
    const world = aStack();
    const { stdout, stderr, exitCode } = await dryRun(aFile('a.csv', rows(45_000)), world);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^source +incoming\/tumours\/a\.csv/);
    expect(stdout).toMatch(/rows +45,000 in 3 chunks, scored into items and files/);
    expect(stdout).toMatch(
      /time +about 28 s: 2 predictors at once, 4,000 write units a second, an assumed pace/,
    );
    expect(stdout).toMatch(/cost +\$0\.057, at the prices of us-east-1 in/);
    expect(stdout).toMatch(/DynamoDB +\$0\.056 +write units: 45,000 for rows, 45,000 for their index/);
    expect(stdout).toMatch(/Lambda[\s\S]*S3 +\$[\d.]+ +5 puts[\s\S]*SQS[\s\S]*EventBridge/);
    expect(stderr).toMatch(/Nothing was uploaded or started/);
    expect([world.dropped, world.sent]).toEqual([[], []]);
  });

  it('counts the write units of the rows as they are: without an id no index, with long texts more than one', async () => {
    const manifest = aManifest({ passthrough: ['note'] });
    const withTexts = aFile('long.csv', rows(400, 'x'.repeat(1500)));
    expect((await toldOf(withTexts, aStack({ manifest }))).usage).toMatchObject({
      ...{ rowWriteUnits: 800, indexWriteUnits: 800 },
    });
    const half = aFile('half.csv', `patient,radius\n${'p,1\n,1\n'.repeat(100)}`);
    expect((await toldOf(half)).usage).toMatchObject({ rowWriteUnits: 200, indexWriteUnits: 100 });
    const { idColumn, ...plain } = aManifest();
    expect((await toldOf(half, aStack({ manifest: plain }))).usage.indexWriteUnits).toBe(0);
  });

  it('reads compressed text, arrays, and objects of the input bucket', async () => {
    const compressed = await toldOf(aFile('a.csv.gz', gzipSync(rows(20_001))));
    expect([compressed.rows, compressed.chunks]).toEqual([20_001, 2]);
    expect(compressed.usage).toMatchObject({ rowWriteUnits: 20_001, indexWriteUnits: 20_001, s3Puts: 7 });
    const { idColumn, ...manifest } = aManifest();
    const array = await toldOf(aFile('a.joblib', arrayFile([[1], [2], [3]])), aStack({ manifest }));
    expect([array.rows, array.usage.rowWriteUnits, array.usage.indexWriteUnits]).toEqual([3, 3, 0]);
    const there = aStack({ source: rows(12), newest: 'v1' });
    expect((await toldOf('s3://input/uploads/a.csv', there)).rows).toBe(12);
  });

  it('takes other bounds where it is told some, and no others elsewhere', async () => {
    const file = aFile('bounds.csv', rows(100_000));
    const files = await toldOf(file, aStack(), '--output', 'files', '--concurrency', '5');
    expect(files).toMatchObject({
      concurrency: 5,
      settings: { output: 'files' },
      usage: { rowWriteUnits: 0 },
    });
    const slow = await toldOf(file, aStack(), '--write-units', '100');
    expect(slow.seconds).toBeCloseTo(2005);
    const { exitCode, stderr } = await runCommand(['score', file, 'tumours', '--output', 'rows'], aStack());
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/--output is for --dry-run/)]);
  });

  it('goes by the pace of an earlier job whose chunks were as large', async () => {
    const { ledger, entries } = memoryLedger();
    const earlier = async (key: string, rowCount: number, ms: number) => {
      const job = aJob({ jobId: key.repeat(24), source: { ...aJob().source, key } });
      await ledger.openJob(job, { ...openedState(job), rowsScored: rowCount });
      const reference = { ...aChunk().reference, rowCount };
      entries.get(job.jobId)?.chunks.set(0, aChunk({ jobId: job.jobId, status: 'done', reference, ms }));
    };
    await earlier('a', 1000, 4000);
    await earlier('b', 10, 4000);
    const told = await toldOf(aFile('pace.csv', rows(1500)), aStack({ ledger }));
    expect(told.pace).toEqual({ msPerChunk: 0, msPerRow: 4, jobId: 'a'.repeat(24) });
    expect(told.seconds).toBeCloseTo(11);
  });

  it('tells before what a job would fail with', async () => {
    const columns = await dryRun(aFile('columns.csv', 'patient,radios\np,1\n'), aStack());
    expect([columns.exitCode, columns.stderr]).toEqual([
      1,
      expect.stringMatching(/lacks "radius"[\s\S]*would fail/),
    ]);
    const quote = await dryRun(aFile('quote.csv', `${rows(3)}"open\n`), aStack());
    expect(quote.stderr).toMatch(/quote/);
    const packed = await dryRun(aFile('b.joblib', gzipSync(arrayFile([[1]]))), aStack());
    expect([packed.exitCode, packed.stderr]).toEqual([
      1,
      expect.stringMatching(/once the pipeline has unpacked it/),
    ]);
  });
});

it('a run costs what its sources do', async () => {
  const { ledger } = memoryLedger();
  const given = { scoring: SCORING, now: NOW };
  const [three, one] = await Promise.all(
    [3, 1].map((sources) => forecastRun(new Map([[10, sources]]), aManifest(), ledger, given)),
  );
  expect(three?.usage.rowWriteUnits).toBe(30);
  expect(three?.cost.total).toBeCloseTo(3 * (one?.cost.total ?? 0), 12);
});
