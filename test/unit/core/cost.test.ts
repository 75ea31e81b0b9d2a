import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import prices from '../../../bench/prices.json' with { type: 'json' };
import type { Chunk, ChunkReference } from '../../../contracts/generated/types.ts';
import { costOf } from '../../../core/cost/cost.ts';
import { forecast, type Prospect } from '../../../core/cost/forecast.ts';
import { itemBytes, readUnits, writeUnits } from '../../../core/cost/item-size.ts';
import { scoreItem } from '../../../core/cost/score-item.ts';
import { NO_USAGE } from '../../../core/cost/usage.ts';
import { UsageTally } from '../../../core/cost/usage-tally.ts';
import { openedState } from '../../../core/job.ts';
import { aManifest } from '../cli/manifest.ts';
import { aChunk, aJob, aSummary, SOURCE } from '../factories.ts';

describe('the size of an item', () => {
  it.each([
    [0, 1],
    [1, 2],
    [12, 2],
    [123, 3],
    [-123, 4],
    [100, 2],
    [0.5, 2],
    [0.25, 2],
    [20000, 2],
    [12345.678, 6],
    [0.12345678901234566, 10],
    [1.5e-9, 2],
    [1.5e-8, 3],
  ])('counts the number %d as %d bytes', (value, bytes) => {
    expect(itemBytes({ n: value }) - 1).toBe(bytes);
  });

  it('counts names and texts in UTF-8, three bytes a map or list, and one for each entry', () => {
    expect(itemBytes({ ab: 'é' })).toBe(4);
    expect(itemBytes({ a: true, b: null })).toBe(4);
    expect(itemBytes({ m: { a: 'x', b: 'y' } })).toBe(1 + 3 + 2 * 3);
    expect(itemBytes({ l: ['x', 'y'] })).toBe(1 + 3 + 2 * 2);
    expect(itemBytes({ b: new Uint8Array(8) })).toBe(9);
  });

  it('is charged by the kilobyte in writes, and by four in reads', () => {
    expect([0, 1024, 1025].map(writeUnits)).toEqual([1, 1, 2]);
    expect([0, 4096, 4097].map(readUnits)).toEqual([1, 1, 2]);
  });
});

it('the item of a row is that of the predictor, with the longest of what it may hold', () => {
  const output = {
    kind: 'binary' as const,
    classes: [0, 1],
    labels: { 1: 'malignant' },
    tiers: [
      { name: 'low', from: 0 },
      { name: 'medium', from: 0.2 },
    ],
  };
  const row = { row: 1234, line: 1236, recordId: 'A-7', passthrough: { region: 'north' } };
  const job = aJob({ settings: { ...aJob().settings, expiresAt: 1_800_000_000 } });
  expect(scoreItem(job, aManifest({ output }), row)).toEqual({
    ...{ pk: `${job.jobId}#1`, sk: 1234, row: 1234, line: 1236, jobId: job.jobId },
    ...{ model: 'tumours', version: 2, sourceTime: job.sourceTime, expiresAt: 1_800_000_000 },
    ...{ recordId: 'A-7', record: 'tumours#A-7' },
    recordOrder: `${job.sourceTime}#00000002#${job.jobId}#000000001234`,
    passthrough: { region: 'north' },
    ...{ prediction: 'malignant', tier: 'medium', score: expect.any(Number) },
    probabilities: { 0: expect.any(Number), malignant: expect.any(Number) },
  });
  const embedding = aManifest({ output: { kind: 'embedding', dimension: 384 } });
  expect(writeUnits(itemBytes(scoreItem(aJob(), embedding, { row: 0, passthrough: {} })))).toBe(2);
});

it('dollars are the counts times their prices, by service', () => {
  const usage = {
    ...{ rowWriteUnits: 1e6, indexWriteUnits: 1e6, ledgerWriteUnits: 0, readUnits: 1e6 },
    ...{ lambdaRequests: 1e6, lambdaGbSeconds: 1e6, s3Puts: 1e6, s3Gets: 1e6, sqsRequests: 1e6, events: 1e6 },
  };
  const { total, region, asOf, ...services } = costOf(usage);
  expect(services.dynamodb).toBeCloseTo(1.375);
  expect(services.lambda).toBeCloseTo(16.8667);
  expect(services.s3).toBeCloseTo(5.4);
  expect(services.sqs).toBeCloseTo(0.5);
  expect(services.eventbridge).toBeCloseTo(1);
  expect(total).toBeCloseTo(Object.values(services).reduce((sum, dollars) => sum + dollars, 0));
  expect([region, asOf]).toEqual(['us-east-1', expect.stringMatching(/^\d{4}-\d\d$/)]);
});

it('docs/api.md has the prices of the file', () => {
  const { apiRequest, lambdaGbSecond, snapshotGbSecond, snapshotRestoredGb, provisionedGbSecond } =
    prices.dollars;
  const aMillion = (price: number) => `$${(price * 1e6).toFixed(2)} a million`;
  const page = readFileSync('docs/api.md', 'utf8');
  for (const told of [
    `x86, ${prices.asOf}: ${aMillion(apiRequest)} requests, ${aMillion(lambdaGbSecond)} GB-seconds`,
    `(${aMillion(snapshotGbSecond)}), and each restored GB ($${snapshotRestoredGb.toPrecision(2)})`,
    `GB-seconds of all hours (${aMillion(provisionedGbSecond)})`,
  ])
    expect(page).toContain(told);
});

describe('what a job used', () => {
  const done = (changes: Partial<Chunk> = {}): Chunk =>
    aChunk({
      ...{ status: 'done', rowsScored: 2, rowsFailed: 0, ms: 2000 },
      usage: {
        ...{ rowWriteUnits: 2, indexWriteUnits: 1, readUnits: 4, s3Puts: 1, s3Gets: 3 },
        memoryMiB: 2048,
      },
      ...changes,
    });
  const usageOf = async (chunks: readonly Chunk[], job = aJob()) => {
    const tally = new UsageTally(job);
    for await (const _ of tally.each(
      (async function* () {
        yield* chunks;
      })(),
    ));
    return tally.whole(openedState(job), aSummary());
  };

  it('is what its chunks tell, and what the bookkeeping of each takes', async () => {
    const none = (await usageOf([])) ?? NO_USAGE;
    const two = (await usageOf([done(), done({ chunk: 1 })])) ?? NO_USAGE;
    expect(two).toMatchObject({
      ...{ rowWriteUnits: 4, indexWriteUnits: 2 },
      ...{ s3Puts: none.s3Puts + 2, s3Gets: none.s3Gets + 6, events: 1 },
      lambdaRequests: none.lambdaRequests + 2,
    });
    // Opened, then ended in a transaction with the job’s state; a tenth of a step each.
    expect(two.ledgerWriteUnits - none.ledgerWriteUnits).toBeCloseTo(2 * (1 + 4 + 0.1));
    expect(two.sqsRequests - none.sqsRequests).toBeCloseTo(2 * 2.1);
    // Two times 2 GB for 2 s, and for 40 ms that the end takes; and fan-out and complete for milliseconds.
    expect(two.lambdaGbSeconds - none.lambdaGbSeconds).toBeCloseTo(8.175, 2);
  });

  it('counts the parts of a large upload', async () => {
    const puts = async (sourceBytes: number) => (await usageOf([], aJob({ sourceBytes })))?.s3Puts ?? 0;
    expect((await puts(2 ** 24)) - (await puts(0))).toBe(0);
    expect((await puts(2 ** 24 + 1)) - (await puts(0))).toBe(3);
  });

  it('counts what is staged of compressed text', async () => {
    const plain = await usageOf([done()]);
    const compressed = await usageOf([done()], aJob({ format: 'csv.gz' }));
    expect((compressed?.s3Puts ?? 0) - (plain?.s3Puts ?? 0)).toBe(2);
  });

  it('is not told where an earlier release scored a chunk; one that was written off used nothing that is known', async () => {
    const { usage, ...uncounted } = done();
    expect(await usageOf([done(), uncounted])).toBeUndefined();
    expect((await usageOf([done(), aChunk({ status: 'failed' })]))?.rowWriteUnits).toBe(2);
  });
});

describe('a forecast', () => {
  const reference = (firstRow: number, rowCount: number): ChunkReference => ({
    ...{ object: SOURCE, byteStart: 0, byteEnd: 1, firstRow, rowCount },
  });
  const prospect: Prospect = {
    ...{ job: aJob(), manifest: aManifest(), memoryMiB: 1024 },
    rowUnits: { rowWriteUnits: 1, indexWriteUnits: 0.5 },
    pace: { msPerChunk: 100, msPerRow: 1 },
    ...{ concurrency: 2, writeUnitsPerSecond: 100 },
  };
  const references = [reference(0, 1000), reference(1000, 1000), reference(2000, 500)];
  const withOutput = (output: 'rows' | 'files'): Prospect => ({
    ...prospect,
    job: aJob({ settings: { ...aJob().settings, output } }),
  });

  it('counts the chunks as they will have ended', async () => {
    const { rows, chunks, usage } = await forecast(references, prospect);
    expect([rows, chunks]).toEqual([2500, 3]);
    expect(usage).toMatchObject({ rowWriteUnits: 2500, indexWriteUnits: 1250, s3Puts: 5, lambdaRequests: 6 });
    // A header, a manifest and an artifact for each of two predictors that start.
    expect(usage.s3Gets).toBe(6 + 3 + 2 * 3);
    expect(usage.lambdaGbSeconds).toBeGreaterThan(2.8);
  });

  it('has no items where the output is files, and no files where it is rows', async () => {
    expect((await forecast(references, withOutput('files'))).usage).toMatchObject({
      ...{ rowWriteUnits: 0, indexWriteUnits: 0, s3Puts: 5 },
    });
    expect((await forecast(references, withOutput('rows'))).usage).toMatchObject({
      ...{ rowWriteUnits: 2500, s3Puts: 1 },
    });
  });

  it('takes as long as the slower of writing and scoring', async () => {
    expect((await forecast(references, prospect)).seconds).toBeCloseTo(5 + 37.5);
    const fast = { ...prospect, writeUnitsPerSecond: 1e6 };
    expect((await forecast(references, fast)).seconds).toBeCloseTo(5 + 1.4);
    expect((await forecast(references, { ...fast, concurrency: 1 })).seconds).toBeCloseTo(5 + 2.8);
  });

  it('of no rows has the job alone', async () => {
    expect(await forecast([], prospect)).toMatchObject({ rows: 0, chunks: 0, usage: { rowWriteUnits: 0 } });
  });
});
