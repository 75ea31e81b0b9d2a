import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendMessages } from '../../aws/sqs-sender.ts';
import type {
  ChangeMatrix,
  Comparison,
  ModelManifest,
  Quantiles,
  StartMessage,
} from '../../contracts/generated/types.ts';
import { parseContract } from '../../contracts/validate.ts';
import { figuresOf } from '../../core/comparison/merge.ts';
import { currentKey, jobId, manifestKey, resultPartKey } from '../../core/keys.ts';
import { commandLine } from './command-line.ts';
import { theHost } from './host.ts';
import { jobEvents } from './job-events.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const PYTHON = process.env.DROPSCORE_PYTHON ?? '.venv/bin/python';
const SAMPLE = '.dropscore/sample-data/models/breast-cancer/1';
const SOURCE_FILE = 'sample-data/breast_cancer.csv';
const MODEL = 'renewed-tumours';
const ROWS = 569;

/** What pandas finds between the two versions. */
interface Expected {
  rows: number;
  mean: number;
  m2: number;
  quantiles: Quantiles;
  psi: number;
  tiers: Record<string, number>;
  tiersChanged: number;
  labels: Record<string, number>;
  moved: number[];
}

const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-comparison-'));
const manifest: ModelManifest = JSON.parse(readFileSync(`${SAMPLE}/manifest.json`, 'utf8'));
let pipeline: Pipeline;
let cli: ReturnType<typeof commandLine>;
let events: Awaited<ReturnType<typeof jobEvents>>;
let expected: Expected;
let earlier: string;

/** Rows whose radius has a fraction are refused, which is most of them. */
const wholeRadius = (feature: ModelManifest['features'][number]) =>
  feature.name === 'mean radius' ? { ...feature, type: 'integer' as const } : feature;

/** Chunks of the second version have other borders. */
async function publish(version: number, file: string, changes: Partial<ModelManifest> = {}): Promise<void> {
  const body = readFileSync(file);
  const artifacts = [
    { path: 'model.joblib', sha256: createHash('sha256').update(body).digest('hex'), bytes: body.length },
  ];
  const put = (Key: string, Body: string | Buffer) =>
    pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.resources.modelsBucket, Key, Body }));
  await put(`${MODEL}/${version}/model.joblib`, body);
  const published = { ...manifest, ...changes, artifacts, name: MODEL, version };
  await put(manifestKey(MODEL, version), JSON.stringify(published));
}

beforeAll(async () => {
  pipeline = await thePipeline();
  cli = commandLine(pipeline.stack);
  events = await jobEvents(pipeline, await theHost(pipeline).eventBus(), 'Job Completed');
  const second = path.join(folder, 'model.joblib');
  const { positiveClass } = manifest.output;
  const script = ['test/pipeline/compared_scores.py', `${SAMPLE}/model.joblib`, second, SOURCE_FILE];
  const features = manifest.features.map(({ name }) => name);
  expected = JSON.parse(
    execFileSync(PYTHON, [...script, String(positiveClass), ...features], { encoding: 'utf8' }),
  );
  await publish(1, `${SAMPLE}/model.joblib`);
  await publish(2, second, { chunkRows: 300 });
  await publish(3, second, { features: manifest.features.map(wholeRadius) });
  await pipeline.s3.send(
    new PutObjectCommand({
      Bucket: pipeline.resources.modelsBucket,
      Key: currentKey(MODEL),
      Body: JSON.stringify({ version: 1 }),
    }),
  );
  earlier = await pipeline.drop('compared.csv', readFileSync(SOURCE_FILE), MODEL);
  await pipeline.ended(earlier);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function renew(renews: string, runId: string, version = 2): Promise<string> {
  const { job } = (await pipeline.ledger.readJob(earlier)) ?? expect.unreachable('no earlier job');
  const { source } = job;
  const message: StartMessage = {
    ...{ type: 'start', source, model: MODEL, version, requestedBy: 'test', runId, renews },
  };
  await sendMessages(pipeline.sqs, pipeline.resources.intakeQueueUrl, [JSON.stringify(message)]);
  const id = jobId(source, MODEL, runId);
  await pipeline.ended(id);
  return id;
}

describe('a job that renews another with version 2', () => {
  let renewal: string;
  let comparison: Comparison;
  beforeAll(async () => {
    renewal = await renew(earlier, 'second');
    const summary = await pipeline.ledger.readSummary(renewal);
    parseContract('job-summary', summary);
    comparison = summary?.comparison ?? expect.unreachable('nothing was compared');
  });

  it('carries the figures that pandas finds', () => {
    expect(comparison).toMatchObject({ jobId: earlier, rowsInCommon: expected.rows });
    expect(comparison).toMatchObject({ rowsOnlyBefore: 0, rowsOnlyAfter: 0 });
    expect(comparison.unavailable).toBeUndefined();
    expect(comparison.difference?.mean).toBeCloseTo(expected.mean, 12);
    expect(comparison.difference?.m2).toBeCloseTo(expected.m2, 10);
    expect(comparison.psi).toBeCloseTo(expected.psi, 12);
    expect(matrixOf(comparison.tiers)).toEqual(expected.tiers);
    expect(comparison.tiers?.changed).toBe(expected.tiersChanged);
    expect(matrixOf(comparison.labels)).toEqual(expected.labels);
    expect(comparison.moved?.map(({ row }) => row)).toEqual(expected.moved);
  });

  it('tells quantiles within 1 % of themselves', () => {
    for (const [name, exact] of Object.entries(expected.quantiles)) {
      const told = comparison.difference?.quantiles?.[name as keyof Quantiles] ?? Number.NaN;
      expect(Math.abs(told - exact), name).toBeLessThanOrEqual(0.01 * Math.abs(exact) + 1e-15);
    }
  });

  it('announces the headline', async () => {
    const event = await events.of(renewal);
    parseContract('job-event', event);
    expect(event.comparison).toEqual(figuresOf(comparison));
    expect(event.comparison).toMatchObject({ tierChangedShare: expected.tiersChanged / ROWS });
    expect(expected.tiersChanged).toBeGreaterThan(0);
  });

  it('is compared likewise on the command line', async () => {
    const { code, stdout, stderr } = await cli('job', 'compare', earlier, renewal, '--json');
    expect(code, stderr).toBe(0);
    const { before, after, difference, psi, ...direct } = JSON.parse(stdout);
    const { jobId: _, difference: told, psi: index, ...rest } = comparison;
    expect({ before, after }).toEqual({ before: earlier, after: renewal });
    expect(direct).toEqual(rest);
    expect({ sketch: difference.sketch, quantiles: difference.quantiles }).toEqual({
      sketch: told?.sketch,
      quantiles: told?.quantiles,
    });
    expect(difference.mean).toBeCloseTo(told?.mean ?? Number.NaN, 12);
    expect(psi).toBeCloseTo(index ?? Number.NaN, 12);

    const table = await cli('job', 'compare', earlier, renewal);
    expect(table.stdout).toContain(`${ROWS} in common`);
    expect(table.stdout).toMatch(/TIER BEFORE \\ AFTER +low +medium +high/);
    const shown = await cli('job', 'show', renewal);
    expect(shown.stdout).toMatch(/^renews +[0-9a-f]{24}$/m);
    expect(shown.stdout).toMatch(/^changed +569 rows in common, mean /m);
  });

  it('is refused a comparison with a job of another file', async () => {
    const other = await pipeline.drop('other.csv', readFileSync(SOURCE_FILE), MODEL);
    await pipeline.ended(other);
    const { code, stderr } = await cli('job', 'compare', other, renewal);
    expect(code).toBe(2);
    expect(stderr).toContain('scored different files');
  });
});

it('rows that one version alone scored are told, whichever came first', async () => {
  const few = await renew(earlier, 'whole-radius', 3);
  const again = await renew(few, 'any-radius', 2);
  const { rowsScored = 0 } = (await pipeline.ledger.readSummary(few)) ?? {};
  expect(rowsScored).toBeGreaterThan(0);
  for (const [before, after, only] of [
    [earlier, few, 'rowsOnlyBefore'],
    [few, again, 'rowsOnlyAfter'],
  ] as const) {
    const told = (await pipeline.ledger.readSummary(after))?.comparison;
    expect(told).toMatchObject({ rowsInCommon: rowsScored, [only]: ROWS - rowsScored });
    const direct = JSON.parse((await cli('job', 'compare', before, after, '--json')).stdout);
    for (const figure of [
      'rowsOnlyBefore',
      'rowsOnlyAfter',
      'tiers',
      'labels',
      'histograms',
      'moved',
    ] as const)
      expect(direct[figure]).toEqual(told?.[figure]);
  }
});

it('a job whose predecessor has lost its result files is compared with its items', async () => {
  for (const { chunk } of await pipeline.chunksOf(earlier))
    await pipeline.s3.send(
      new DeleteObjectCommand({
        Bucket: pipeline.resources.resultsBucket,
        Key: resultPartKey(MODEL, earlier, chunk),
      }),
    );
  const summary = await pipeline.ledger.readSummary(await renew(earlier, 'without-files'));
  expect(summary?.comparison).toMatchObject({ rowsInCommon: ROWS, rowsOnlyBefore: 0, rowsOnlyAfter: 0 });
  expect(summary?.comparison?.unavailable).toBeUndefined();
  expect(summary?.comparison?.psi).toBeCloseTo(expected.psi, 12);
});

it('a job that renews one that never was ends all the same, and says so', async () => {
  const id = await renew('f'.repeat(24), 'of-nothing');
  const summary = await pipeline.ledger.readSummary(id);
  expect(summary).toMatchObject({ status: 'completed', rowsScored: ROWS });
  expect(summary?.comparison?.unavailable).toEqual([{ code: 'no_such_job', rows: ROWS }]);
});

const matrixOf = (changes: ChangeMatrix | undefined) =>
  Object.fromEntries(changes?.cells.map(({ before, after, rows }) => [`${before} ${after}`, rows]) ?? []);
