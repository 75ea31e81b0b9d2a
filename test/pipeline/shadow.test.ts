import { readFileSync } from 'node:fs';
import { ListObjectsV2Command, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, it } from 'vitest';
import { sendMessages } from '../../aws/sqs-sender.ts';
import type { ModelManifest } from '../../contracts/generated/types.ts';
import { parseContract } from '../../contracts/validate.ts';
import { figuresOf } from '../../core/comparison/merge.ts';
import type { JobView } from '../../core/job.ts';
import { resultPartKey, shadowKey } from '../../core/keys.ts';
import { shadowRequest } from '../../core/shadow.ts';
import { publishCopy } from '../faults/publish-copy.ts';
import { theApi } from './api-client.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { theHost } from './host.ts';
import { jobEvents } from './job-events.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const MODEL = 'tried-tumours';
/** A model whose next version is broken. */
const OTHER = 'tried-in-vain';
const SAMPLE = readFileSync('sample-data/breast_cancer.csv', 'utf8');
const [HEADER = '', FIRST = '', ...OTHERS] = SAMPLE.split('\n');
/** Its first record is named like none of another test: it is forgotten here. */
const FILE = [HEADER, FIRST.replace(/^[^,]*/, 'tried-1'), ...OTHERS].join('\n');
const ROWS = 569;
/** Version 2 tells the probability of the other class, and has chunks of other borders. */
const TRIED = {
  version: 2,
  chunkRows: 300,
  golden: undefined,
  output: {
    ...{ kind: 'binary', classes: [0, 1], labels: { 0: 'malignant', 1: 'benign' } },
    ...{ positiveClass: 1, threshold: 0.9, tiers: [{ name: 'high', from: 0.4 }] },
  },
} as unknown as Partial<ModelManifest>;

let pipeline: Pipeline;
let cli: CommandLine;
let events: Awaited<ReturnType<typeof jobEvents>>[];
beforeAll(async () => {
  pipeline = await thePipeline();
  cli = commandLine(pipeline.stack);
  const bus = await theHost(pipeline).eventBus();
  const types = ['Job Completed', 'Shadow Completed', 'Shadow Failed'];
  events = await Promise.all(types.map((type) => jobEvents(pipeline, bus, type)));
  for (const name of [MODEL, OTHER]) await publishCopy(pipeline, name);
  await publishCopy(pipeline, MODEL, TRIED, { promoted: false });
});

const eventOf = async (type: 0 | 1 | 2, id: string) => parseContract('job-event', await events[type]?.of(id));

/** The end of a drop, and of the shadow that it pinned. */
async function dropped(
  file: string,
  model: string,
  body: string,
): Promise<{ first: JobView; shadow: JobView }> {
  const first = await pipeline.ended(await pipeline.drop(file, body, model));
  const { jobId } = shadowRequest(first.job) ?? expect.unreachable('no shadow is pinned');
  return { first, shadow: await pipeline.ended(jobId) };
}

async function resultKeys(prefix: string): Promise<string[]> {
  const { Contents = [] } = await pipeline.s3.send(
    new ListObjectsV2Command({ Bucket: pipeline.resources.resultsBucket, Prefix: prefix }),
  );
  return Contents.map(({ Key = '' }) => Key);
}

async function told(...args: string[]) {
  const { code, stdout, stderr } = await cli(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

it.concurrent('a version in the shadow scores each drop a second time, apart, and compared, until it is promoted', async () => {
  expect(await told('model', 'shadow', `${MODEL}@2`)).toMatchObject({ current: 1, version: 2 });
  const { first, shadow } = await dropped('tried.csv', MODEL, FILE);
  const [id, triedId] = [first.job.jobId, shadow.job.jobId];
  expect(first).toMatchObject({ job: { model: { version: 1 } }, state: { status: 'completed' } });
  expect(shadow).toMatchObject({ job: { model: { version: 2 }, renews: id, shadowOf: 1 } });
  expect(shadow.state).toMatchObject({ status: 'completed', rowsScored: ROWS, chunksTotal: 2 });

  // Compared, as anybody would who reads both.
  const { comparison } = (await pipeline.ledger.readSummary(triedId)) ?? {};
  if (!comparison) return expect.unreachable('nothing was compared');
  expect(comparison).toMatchObject({ jobId: id, rowsInCommon: ROWS, rowsOnlyBefore: 0, rowsOnlyAfter: 0 });
  expect(comparison.tiers?.changed).toBeGreaterThan(0);
  expect(comparison.labels?.changed).toBeGreaterThan(0);
  const [{ before, after, ...direct }, verified] = await Promise.all([
    told('job', 'compare', id, triedId),
    told('job', 'verify', triedId),
  ]);
  expect([before, after]).toEqual([id, triedId]);
  for (const figure of ['tiers', 'labels', 'moved'] as const)
    expect(direct[figure], figure).toEqual(comparison[figure]);
  expect(direct.difference.mean).toBeCloseTo(comparison.difference?.mean ?? Number.NaN, 12);
  expect(direct.psi).toBeCloseTo(comparison.psi ?? Number.NaN, 12);
  expect(direct.psi).toBeGreaterThan(0);

  // Kept apart.
  expect((await pipeline.historyOf(MODEL, 'tried-1')).map(({ jobId }) => jobId)).toEqual([id]);
  expect(await pipeline.scoresOf(triedId, ROWS)).toEqual([]);
  const apart = await resultKeys('shadow/');
  expect(apart.filter((key) => key.includes(triedId))).toHaveLength(3);
  expect(await resultKeys(`results/${MODEL}/${triedId}`)).toEqual([]);

  // And readable.
  const page = await theApi()('GET /jobs/{jobId}/scores', { path: { jobId: triedId }, query: { limit: 2 } });
  expect(page.told).toMatchObject({ scores: [{ row: 0, version: 2 }, { row: 1 }] });
  expect(verified).toMatchObject({ holds: true, compared: { file: ROWS } });

  // Told by a type of its own.
  expect(await eventOf(0, id)).not.toHaveProperty('comparison');
  const event = await eventOf(1, triedId);
  expect(event).toMatchObject({ shadowOf: 1, comparison: figuresOf(comparison) });
  expect(event.results).toMatch(new RegExp(`/shadow/${MODEL}/${triedId}/$`));

  // Once, whatever is delivered twice.
  const { message } = shadowRequest(first.job) ?? expect.unreachable();
  const again = Array.from({ length: 3 }, () => JSON.stringify(message));
  await sendMessages(pipeline.sqs, pipeline.resources.intakeQueueUrl, again);
  await pipeline.drained(pipeline.resources.intakeQueueUrl);
  expect(await pipeline.ledger.readJob(triedId)).toEqual(shadow);
  const evidence = await told('model', 'shadow', MODEL);
  expect(evidence).toMatchObject({ version: 2, completed: 1, failed: 0, running: 0 });
  expect(evidence.comparison).toMatchObject({ jobs: 1, rowsInCommon: ROWS, tiers: comparison.tiers });

  // A record that is forgotten is in neither.
  const erased = await cli('forget', MODEL, 'tried-1', '--yes', '--old-versions');
  expect(erased.stderr).toContain('erased from 1 score item and 2 result files');
  const scores = (await cli('scores', triedId, '--json')).stdout.trimEnd().split('\n');
  expect(scores).toHaveLength(ROWS);
  const { Versions } = await pipeline.s3.send(
    new ListObjectVersionsCommand({
      Bucket: pipeline.resources.resultsBucket,
      Prefix: resultPartKey(MODEL, triedId, 0, true),
    }),
  );
  expect(Versions).toHaveLength(1);
  expect(JSON.parse(scores[0] ?? '')).toMatchObject({ row: 0, error: { code: 'forgotten' } });
  expect(scores.join()).not.toContain('tried-1');

  await told('model', 'promote', `${MODEL}@2`);
  const next = await pipeline.ended(await pipeline.drop('promoted.csv', FILE, MODEL));
  expect(next.job).toMatchObject({ model: { version: 2 } });
  expect(next.job).not.toHaveProperty('shadow');
});

it.concurrent('a version that cannot be served fails in the shadow alone', async () => {
  const broken = [{ path: 'model.joblib', sha256: '0'.repeat(64), bytes: 1 }];
  await publishCopy(pipeline, OTHER, { version: 2, artifacts: broken }, { promoted: false });
  const refused = await cli('model', 'shadow', `${OTHER}@2`);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('cannot be served')]);
  // It was good when somebody set it.
  const Body = JSON.stringify({ version: 2, setAt: new Date().toISOString() });
  await pipeline.s3.send(
    new PutObjectCommand({ Bucket: pipeline.resources.modelsBucket, Key: shadowKey(OTHER), Body }),
  );
  const { first, shadow } = await dropped('broken.csv', OTHER, SAMPLE);
  expect(shadow.state).toMatchObject({ status: 'failed', reason: { code: 'artifact_corrupt' } });
  expect(await eventOf(2, shadow.job.jobId)).toMatchObject({ shadowOf: 1 });
  expect(await pipeline.ledger.readJob(first.job.jobId)).toEqual(first);
  expect(first.state).toMatchObject({ status: 'completed', rowsScored: ROWS });
  await told('model', 'shadow', OTHER, 'off');
  const alone = await pipeline.ended(await pipeline.drop('alone.csv', SAMPLE, OTHER));
  expect(alone.job).not.toHaveProperty('shadow');
});
