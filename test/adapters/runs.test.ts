import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { documentClient } from '../../aws/clients.ts';
import { dynamodbLedger } from '../../aws/dynamodb-ledger.ts';
import { dynamodbRuns } from '../../aws/dynamodb-runs.ts';
import type { RescoreRun } from '../../contracts/generated/types.ts';
import { parseContract } from '../../contracts/validate.ts';
import { NO_JOBS } from '../../core/comparison/jobs.ts';
import { openedState } from '../../core/job.ts';
import { jobId, placeBehindVersion, placesBelow } from '../../core/keys.ts';
import { RUN_CANCELLED, recordedRun } from '../../core/rescore/run.ts';
import { localAws } from '../../local/local-aws.ts';
import { aJob, MODEL, NOW, SOURCE } from '../unit/factories.ts';
import { REQUEST } from '../unit/functions/rescore-world.ts';
import { memoryLedger } from '../unit/memory-ledger.ts';
import { memoryRuns } from '../unit/memory-runs.ts';

const TABLE = 'runs-under-test';
const client = documentClient(localAws(inject('stack').endpoint));
const memory = memoryLedger();

beforeAll(async () => {
  const key = (name: string, KeyType: 'HASH' | 'RANGE') => ({ AttributeName: name, KeyType });
  const index = (IndexName: string, hash: string, range: string) => ({
    IndexName,
    KeySchema: [key(hash, 'HASH'), key(range, 'RANGE')],
    Projection: { ProjectionType: 'ALL' as const },
  });
  const names = ['pk', 'sk', 'openShard', 'openSince', 'month', 'createdAt', 'modelOfPast', 'sourcePlace'];
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      GlobalSecondaryIndexes: [
        index('open-jobs', 'openShard', 'openSince'),
        index('by-month', 'month', 'createdAt'),
        index('by-model', 'modelOfPast', 'sourcePlace'),
      ],
    }),
  );
});

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

let made = 0;
const aRunId = () => `test@${++made}`;
const STEP = { checkpoint: 'a', counts: { sent: 2, gone: 1 }, goneSources: [SOURCE] };

describe.each([
  ['DynamoDB', dynamodbRuns(client, TABLE), dynamodbLedger(client, TABLE)],
  ['memory', memoryRuns(memory.entries).runs, memory.ledger],
])('runs in %s', (_, runs, ledger) => {
  const read = async (runId: string): Promise<RescoreRun> =>
    (await runs.readRun(runId)) ?? expect.unreachable();
  /** A run that has asked for two jobs, and has looked at everything. */
  const aListedRun = async () => {
    const runId = aRunId();
    await runs.openRun(recordedRun(runId, REQUEST, NOW));
    await runs.startRun(runId, { version: 2 }, NOW);
    await runs.advanceRun(await read(runId), STEP, NOW);
    await runs.endListing(await read(runId), NOW);
    return runId;
  };

  it('are recorded once, and start once', async () => {
    const runId = aRunId();
    const run = recordedRun(runId, REQUEST, NOW);
    expect([await runs.openRun(run), await runs.openRun({ ...run, found: 5 })]).toEqual(['opened', 'exists']);
    expect(await read(runId)).toEqual(run);
    expect(await runs.startRun(runId, { version: 2, since: NOW }, NOW)).toBe(true);
    expect(await runs.startRun(runId, { version: 3 }, NOW)).toBe(false);
    expect(await read(runId)).toEqual({ ...run, status: 'running', version: 2, since: NOW });
    expect((await all(runs.recentRuns(NOW))).map((one) => one.runId)).toContain(runId);
  });

  it('have a model’s turn one at a time, and take it over from the one that is named alone', async () => {
    const model = `turns-${aRunId().slice(5)}`;
    expect(await runs.takeTurn(model, 'r@1')).toBe('r@1');
    expect(await runs.takeTurn(model, 'r@2')).toBe('r@1');
    expect(await runs.takeTurn(model, 'r@2', 'r@0')).toBe('r@1');
    expect(await runs.takeTurn(model, 'r@2', 'r@1')).toBe('r@2');
    expect(await runs.takeTurn(model, 'r@3', 'r@1')).toBe('r@2');
    expect(await runs.takeTurn(model, 'r@2')).toBe('r@2');
  });

  it('count a step and move the checkpoint, both or none', async () => {
    const runId = aRunId();
    await runs.openRun(recordedRun(runId, REQUEST, NOW));
    const waiting = await read(runId);
    expect(await runs.advanceRun(waiting, STEP, NOW)).toBe(false);
    await runs.startRun(runId, { version: 2 }, NOW);
    const started = await read(runId);
    expect(await runs.advanceRun(started, STEP, NOW)).toBe(true);
    expect(await runs.advanceRun(started, STEP, NOW)).toBe(false);
    expect(await runs.endListing(started, NOW)).toBe(false);
    const moved = await read(runId);
    expect(moved).toMatchObject({ found: 3, sent: 2, gone: 1, checkpoint: 'a', goneSources: [SOURCE] });
    expect(await runs.advanceRun(moved, { ...STEP, checkpoint: 'b', counts: { deleted: 4 } }, NOW)).toBe(
      true,
    );
    expect(await read(runId)).toMatchObject({ found: 7, deleted: 4, sent: 2 });
    expect(await runs.endListing(await read(runId), NOW)).toBe(true);
    expect(await runs.endListing(await read(runId), NOW)).toBe(false);
    parseContract('rescore-run', await read(runId));
  });

  it('count the end of a job once an attempt, and end when the last has ended', async () => {
    const runId = await aListedRun();
    const [a, b] = ['a'.repeat(24), 'b'.repeat(24)];
    const count = (id: string, status: 'completed' | 'completed_with_errors' | 'failed', attempt = 1) =>
      runs.countJob(runId, { jobId: id, status, attempt }, NOW);
    expect([await count(a, 'failed'), await count(a, 'failed')]).toEqual([true, false]);
    expect(await runs.beginSummary(await read(runId), NOW)).toBe(false);
    expect([await count(a, 'completed', 2), await count(a, 'failed')]).toEqual([true, false]);
    expect(await read(runId)).toMatchObject({ jobsCompleted: 1, jobsFailed: 0 });
    expect(await count(a, 'completed_with_errors', 3)).toBe(true);
    expect(await count(b, 'completed')).toBe(true);
    const done = await read(runId);
    expect(done).toMatchObject({ jobsCompleted: 2, jobsFailed: 0 });
    expect(await runs.beginSummary({ ...done, jobsCompleted: 1, jobsFailed: 1 }, NOW)).toBe(false);
    expect([await runs.beginSummary(done, NOW), await runs.beginSummary(done, NOW)]).toEqual([true, false]);
    expect((await read(runId)).status).toBe('summarising');
    expect(await all(runs.jobsOfRun(runId))).toMatchObject([
      { jobId: a, status: 'completed_with_errors' },
      { jobId: b, status: 'completed' },
    ]);
    expect((await all(runs.jobsOfRun(runId, a))).map(({ jobId }) => jobId)).toEqual([b]);
    expect(await count(b, 'failed', 2)).toBe(false);
  });

  it('keep a step of their summary once, and end with the whole of it', async () => {
    const runId = await aListedRun();
    const ids = ['a'.repeat(24), 'b'.repeat(24)];
    for (const id of ids) await runs.countJob(runId, { jobId: id, status: 'completed', attempt: 1 }, NOW);
    const done = await read(runId);
    const whole = { runId, uncompared: 1, comparison: { ...NO_JOBS, jobs: 1 } };
    const step = { ...whole, checkpoint: ids[0] ?? '' };
    expect(await runs.completeRun(done, whole, undefined, NOW)).toBe(false);
    await runs.beginSummary(done, NOW);
    expect(await runs.advanceSummary(step, ids[1])).toBe(false);
    const twice = [await runs.advanceSummary(step, undefined), await runs.advanceSummary(step, undefined)];
    expect([...twice, await runs.readRunSummary(runId)]).toEqual([true, false, step]);
    expect(await runs.completeRun(done, whole, undefined, NOW)).toBe(false);
    expect((await read(runId)).status).toBe('summarising');
    const ends = [
      await runs.completeRun(done, whole, ids[0], NOW),
      await runs.completeRun(done, whole, ids[0], NOW),
    ];
    expect([...ends, await runs.advanceSummary(step, ids[0])]).toEqual([true, false, false]);
    expect(await runs.readRunSummary(runId)).toEqual(whole);
    const ended = await read(runId);
    expect(ended).toMatchObject({ status: 'completed_with_failures', untold: true, endedAt: NOW });
    expect(ended.comparison).toEqual({ jobs: 1, rowsInCommon: 0 });
    parseContract('rescore-run', ended);
    expect(await runs.endRun(runId, 'cancelled', undefined, NOW)).toBe(false);
  });

  it('are open until their end is told', async () => {
    const runId = await aListedRun();
    const isOpen = async () => (await all(runs.openRuns())).some((run) => run.runId === runId);
    expect(await runs.endRun(runId, 'cancelled', RUN_CANCELLED, NOW)).toBe(true);
    expect(await runs.endRun(runId, 'failed', undefined, NOW)).toBe(false);
    expect(await isOpen()).toBe(true);
    await runs.touchRun(runId, '2026-11-22T00:00:00.000Z');
    expect(await read(runId)).toMatchObject({ status: 'cancelled', progressAt: '2026-11-22T00:00:00.000Z' });
    await runs.markRunTold(runId);
    expect(await isOpen()).toBe(false);
    expect(await read(runId)).not.toHaveProperty('untold');
    expect(await runs.endRun('nobody@1', 'cancelled', undefined, NOW).catch(() => false)).toBe(false);
  });

  it('find past jobs key by key, from a place on, and none that pinned no version', async () => {
    const model = { ...MODEL, name: `past-${aRunId().slice(5)}` };
    const open = async (key: string, changes: object = {}) => {
      const source = { ...SOURCE, key };
      const job = aJob({
        jobId: jobId(source, model.name),
        source,
        modelName: model.name,
        model,
        ...changes,
      });
      await ledger.openJob(job, openedState(job));
      return source;
    };
    const long = 'é'.repeat(512);
    const a = await open('x/a');
    for (const key of ['x/b', 'x/a b', 'y/a', long]) await open(key);
    const { model: none, ...unpinned } = aJob({ jobId: 'e'.repeat(24), modelName: model.name });
    await ledger.openJob(unpinned, openedState(unpinned));
    const keysOf = async (from: string, to: string) =>
      (await all(runs.pastJobs(model.name, from, to))).map(({ source }) => source.key);
    expect(await keysOf(...placesBelow())).toEqual(['x/a', 'x/a b', 'x/b', 'y/a', long]);
    expect(await keysOf(placeBehindVersion(a), placesBelow('x/')[1])).toEqual(['x/a b', 'x/b']);
    expect(await keysOf(...placesBelow(long))).toEqual([long]);
  });

  it('of a schedule are paused until it is resumed', async () => {
    const name = `s-${aRunId().slice(5)}`;
    expect(await runs.isPaused(name)).toBe(false);
    await runs.setPaused(name, true, NOW);
    expect(await runs.isPaused(name)).toBe(true);
    await runs.setPaused(name, false, NOW);
    expect(await runs.isPaused(name)).toBe(false);
  });

  it('keep shadow jobs apart from the past jobs of a model, and list them by versions and time, newest first', async () => {
    const modelName = `tried-${++made}`;
    const source = { ...SOURCE, key: `incoming/${modelName}/a.csv` };
    const open = async (runId: string, version: number, changes: object = {}) => {
      const id = jobId(source, modelName, runId);
      const job = aJob({
        jobId: id,
        modelName,
        source,
        model: { ...MODEL, name: modelName, version },
        ...changes,
      });
      await ledger.openJob(job, openedState(job));
      return id;
    };
    const first = await open('drop', 1);
    const day = (number: number) => ({ shadowOf: 1, createdAt: `2026-11-0${number}T00:00:00.000Z` });
    const [, second, third] = [
      await open('a', 2, day(1)),
      await open('b', 2, day(2)),
      await open('c', 2, day(3)),
    ];
    await open('d', 3, day(3));
    const versions = { modelName, before: 1, after: 2 };
    const shadows = await all(ledger.shadowJobs(versions, day(2).createdAt));
    expect(shadows.map(({ job }) => job.jobId)).toEqual([third, second]);
    expect(shadows[0]).toEqual(await ledger.readJob(third));
    const past = await all(runs.pastJobs(modelName, ...placesBelow('')));
    expect(past.map((job) => job.jobId)).toEqual([first]);
  });
});
