import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { documentClient } from '../../aws/clients.ts';
import { dynamodbLedger } from '../../aws/dynamodb-ledger.ts';
import type { Job } from '../../contracts/generated/types.ts';
import { CANCELLED, openedState } from '../../core/job.ts';
import { jobId } from '../../core/keys.ts';
import type { Ledger } from '../../core/ledger.ts';
import { localAws } from '../../local/local-aws.ts';
import { aChunk, aJob, aSummary, NOW, SOURCE } from '../unit/factories.ts';
import { memoryLedger } from '../unit/memory-ledger.ts';

const TABLE = 'ledger-under-test';
const REASON = { code: 'chunk_failed' as const, message: 'Crashed.' };
const TOTALS = { rowsTotal: 4, chunksTotal: 2, checkpoint: { byte: 20, row: 4, line: 6, chunk: 2 } };

const client = documentClient(localAws(inject('stack').endpoint));

beforeAll(async () => {
  const key = (name: string, KeyType: 'HASH' | 'RANGE') => ({ AttributeName: name, KeyType });
  const index = (IndexName: string, hash: string, range: string, ProjectionType: 'ALL' | 'KEYS_ONLY') => ({
    IndexName,
    KeySchema: [key(hash, 'HASH'), key(range, 'RANGE')],
    Projection: { ProjectionType },
  });
  const names = ['pk', 'sk', 'openShard', 'openSince', 'month', 'createdAt'];
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      GlobalSecondaryIndexes: [
        index('open-jobs', 'openShard', 'openSince', 'KEYS_ONLY'),
        index('by-month', 'month', 'createdAt', 'ALL'),
      ],
    }),
  );
});

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

const chunkOf = ({ jobId }: Job, chunk: number, attempt = 1) => ({ jobId, chunk, attempt });

let jobs = 0;
/** A job that no other test knows. */
const anotherJob = (changes: Partial<Job> = {}): Job => {
  const source = { ...SOURCE, versionId: `v${++jobs}` };
  return aJob({ jobId: jobId(source, 'tumours'), source, ...changes });
};

/** One suite for the table and for the ledger in memory that the cores' tests are given: what the fake does, the table does. */
describe.each<[string, Ledger]>([
  ['in DynamoDB', dynamodbLedger(client, TABLE)],
  ['in memory', memoryLedger().ledger],
])('the ledger %s', (_, ledger) => {
  const anOpenJob = async (changes: Partial<Job> = {}) => {
    const job = anotherJob(changes);
    await ledger.openJob(job, openedState(job));
    for (const chunk of [0, 1]) await ledger.putChunk(aChunk({ jobId: job.jobId, chunk }));
    return job;
  };
  const stateOf = async ({ jobId: id }: Job) => (await ledger.readJob(id))?.state;

  it('opens a job once, and gives back what the first writer pinned', async () => {
    const job = anotherJob();
    expect(await ledger.readJob(job.jobId)).toBeUndefined();
    expect(await ledger.openJob(job, openedState(job))).toBe('opened');
    expect(await ledger.openJob({ ...job, requestedBy: 'later' }, openedState(job))).toBe('exists');
    expect(await ledger.readJob(job.jobId)).toEqual({ job, state: openedState(job) });
  });

  it('keeps the first reference of a chunk', async () => {
    const { jobId: id } = await anOpenJob();
    const moved = aChunk({ jobId: id, chunk: 1, reference: { ...aChunk().reference, rowCount: 9 } });
    expect(await ledger.putChunk(moved)).toEqual(aChunk({ jobId: id, chunk: 1 }));
    expect((await all(ledger.chunksOf(id))).map(({ chunk }) => chunk)).toEqual([0, 1]);
  });

  it('moves the checkpoint forward only, and only while the job runs', async () => {
    const job = await anOpenJob();
    const at = (chunk: number) => ledger.advance(job.jobId, { byte: chunk, row: chunk, line: 1, chunk }, NOW);
    expect([await at(2), await at(1), await at(2), await at(3)]).toEqual([true, false, false, true]);
    expect((await stateOf(job))?.checkpoint.chunk).toBe(3);
    await ledger.failJob(job.jobId, REASON, NOW);
    expect(await at(4)).toBe(false);
  });

  it('sets the totals once', async () => {
    const job = await anOpenJob();
    expect(await ledger.finishSplit(job.jobId, TOTALS, NOW)).toBe(true);
    expect(await ledger.finishSplit(job.jobId, TOTALS, NOW)).toBe(false);
    expect(await stateOf(job)).toMatchObject({ splitDone: true, rowsTotal: 4, chunksTotal: 2, remaining: 2 });
  });

  it('holds a split once, until its attempt is approved, and never after', async () => {
    const job = await anOpenJob();
    const { checkpoint } = TOTALS;
    const since = '2026-11-21T00:00:00.000Z';
    const hold = () => ledger.holdSplit(job.jobId, { rows: 4, limit: 5, since, untold: true }, checkpoint);
    expect(await ledger.approveJob(job.jobId, 1, NOW)).toBe(false);
    expect([await hold(), await hold()]).toEqual([true, false]);
    expect(await stateOf(job)).toMatchObject({
      checkpoint,
      progressAt: since,
      held: { rows: 4, limit: 5, since, untold: true },
    });
    await ledger.markHoldTold(job.jobId);
    expect((await stateOf(job))?.held).toEqual({ rows: 4, limit: 5, since });
    expect(await ledger.approveJob(job.jobId, 2, NOW)).toBe(false);
    expect([await ledger.approveJob(job.jobId, 1, NOW), await ledger.approveJob(job.jobId, 1, NOW)]).toEqual([
      true,
      false,
    ]);
    expect(await stateOf(job)).toMatchObject({ approvedBeyond: 5, progressAt: NOW });
    expect(await stateOf(job)).not.toHaveProperty('held');
    expect(await hold()).toBe(false);
    await ledger.markHoldTold(job.jobId);
    expect(await stateOf(job)).not.toHaveProperty('held');
  });

  it('holds and approves no job that has ended or is split', async () => {
    const hold = ({ jobId: id }: Job) =>
      ledger.holdSplit(id, { rows: 4, limit: 5, since: NOW, untold: true }, TOTALS.checkpoint);
    const split = await anOpenJob();
    await ledger.finishSplit(split.jobId, TOTALS, NOW);
    expect(await hold(split)).toBe(false);
    const ended = await anOpenJob();
    await hold(ended);
    await ledger.cancelJob(ended.jobId, 1, CANCELLED, NOW);
    expect(await ledger.approveJob(ended.jobId, 1, NOW)).toBe(false);
    await ledger.markHoldTold(ended.jobId);
    expect(await stateOf(ended)).toMatchObject({ status: 'cancelled', held: { untold: true } });
    const failed = await anOpenJob();
    await ledger.failJob(failed.jobId, REASON, NOW);
    expect(await hold(failed)).toBe(false);
  });

  it('writes a chunk off once, with its counters', async () => {
    const job = await anOpenJob();
    expect(await ledger.writeOffChunk(chunkOf(job, 0), REASON, NOW)).toBe(true);
    expect(await ledger.writeOffChunk(chunkOf(job, 0), REASON, NOW)).toBe(false);
    expect(await stateOf(job)).toMatchObject({ remaining: -1, chunksFailed: 1, rowsFailed: 2 });
    expect(await ledger.readChunk(job.jobId, 0)).toMatchObject({
      status: 'failed',
      reason: REASON,
      rowsFailed: 2,
    });
  });

  it('counts exactly when many write off the same chunks at once', async () => {
    const job = await anOpenJob();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => ledger.writeOffChunk(chunkOf(job, i % 2), REASON, NOW)),
    );
    expect(outcomes.filter(Boolean)).toHaveLength(2);
    expect(await stateOf(job)).toMatchObject({ remaining: -2, chunksFailed: 2, rowsFailed: 4 });
  });

  it('ends a job once, and only when every chunk is accounted for', async () => {
    const job = await anOpenJob();
    const end = () => ledger.endJob(aSummary({ jobId: job.jobId, status: 'completed_with_errors' }), NOW);
    await ledger.finishSplit(job.jobId, TOTALS, NOW);
    await ledger.writeOffChunk(chunkOf(job, 0), REASON, NOW);
    expect(await end()).toBe(false);
    await ledger.writeOffChunk(chunkOf(job, 1), REASON, NOW);
    expect(await ledger.readSummary(job.jobId)).toBeUndefined();
    expect([await end(), await end()]).toEqual([true, false]);
    expect(await ledger.readSummary(job.jobId)).toMatchObject({ status: 'completed_with_errors' });
    expect(await ledger.failJob(job.jobId, REASON, NOW)).toBe(false);
    expect(await stateOf(job)).toMatchObject({ status: 'completed_with_errors', endedAt: NOW });
  });

  it('writes a chunk off for its own attempt only', async () => {
    const job = await anOpenJob();
    expect(await ledger.writeOffChunk(chunkOf(job, 0, 2), REASON, NOW)).toBe(false);
    expect(await stateOf(job)).toMatchObject({ remaining: 0, chunksFailed: 0 });
  });

  it('cancels a running job, once', async () => {
    const job = await anOpenJob();
    const cancel = () => ledger.cancelJob(job.jobId, 1, CANCELLED, NOW);
    expect(await ledger.cancelJob(job.jobId, 2, CANCELLED, NOW)).toBe(false);
    expect([await cancel(), await cancel()]).toEqual([true, false]);
    expect(await stateOf(job)).toMatchObject({ status: 'cancelled', reason: CANCELLED, endedAt: NOW });
  });

  it('opens the next attempt of an ended job once, its failed chunks with it, and ends it only behind that', async () => {
    const job = anotherJob();
    await ledger.openJob(job, openedState(job));
    const lastError = { error: 'MemoryError', where: ['score.py:41'], at: NOW };
    for (const chunk of [0, 1]) await ledger.putChunk(aChunk({ jobId: job.jobId, chunk, lastError }));
    const comparison = { jobId: job.jobId, rowsInCommon: 3, rowsOnlyBefore: 0, rowsOnlyAfter: 1 };
    const end = (attempt = 1) =>
      ledger.endJob(
        aSummary({ jobId: job.jobId, status: 'failed', attempt, reason: REASON, comparison }),
        NOW,
      );
    expect(await ledger.reopenJob(job.jobId, 2, NOW)).toBe(false);
    await ledger.finishSplit(job.jobId, TOTALS, NOW);
    for (const chunk of [0, 1]) await ledger.writeOffChunk(chunkOf(job, chunk), REASON, NOW);
    expect(await end()).toBe(true);
    expect(await stateOf(job)).toMatchObject({ comparison: { jobId: job.jobId, rowsInCommon: 3 } });
    await ledger.markAnnounced(job.jobId, 1);

    expect(await ledger.reopenJob(job.jobId, 3, NOW)).toBe(false);
    expect([await ledger.reopenJob(job.jobId, 2, NOW), await ledger.reopenJob(job.jobId, 2, NOW)]).toEqual([
      true,
      false,
    ]);
    const reopened = await stateOf(job);
    expect(reopened).toMatchObject({ status: 'running', attempt: 2, reopening: true, remaining: 0 });
    expect(reopened).not.toHaveProperty('reason');
    expect(reopened).not.toHaveProperty('endedAt');
    expect(reopened).not.toHaveProperty('comparison');
    expect(await all(ledger.openJobs())).toContain(job.jobId);
    expect(await end()).toBe(false);

    const reopen = () => ledger.reopenChunk(job.jobId, 0, 2, NOW);
    expect([await reopen(), await reopen()]).toEqual([true, false]);
    const chunk = await ledger.readChunk(job.jobId, 0);
    expect(chunk).toMatchObject({ status: 'open', attempt: 2 });
    for (const gone of ['reason', 'lastError', 'rowsFailed', 'rowsScored'])
      expect(chunk).not.toHaveProperty(gone);
    expect(await stateOf(job)).toMatchObject({ remaining: 1, chunksFailed: 1, rowsFailed: 2 });

    expect(await ledger.endReopening(job.jobId, 1, NOW)).toBe(false);
    expect([
      await ledger.endReopening(job.jobId, 2, NOW),
      await ledger.endReopening(job.jobId, 2, NOW),
    ]).toEqual([true, false]);
    expect(await stateOf(job)).not.toHaveProperty('reopening');
    expect(await ledger.reopenChunk(job.jobId, 1, 2, NOW)).toBe(false);

    // What the first attempt left behind says nothing of the second.
    expect(await ledger.writeOffChunk(chunkOf(job, 0, 1), REASON, NOW)).toBe(false);
    expect(await ledger.writeOffChunk(chunkOf(job, 0, 2), REASON, NOW)).toBe(true);
    expect(await ledger.reopenChunk(job.jobId, 0, 2, NOW)).toBe(false);
    expect([await end(1), await end(2)]).toEqual([false, true]);
    expect(await ledger.readSummary(job.jobId)).toMatchObject({ status: 'failed', attempt: 2 });
    await ledger.markAnnounced(job.jobId, 1);
    expect(await all(ledger.openJobs())).toContain(job.jobId);
    await ledger.markAnnounced(job.jobId, 2);
    expect(await all(ledger.openJobs())).not.toContain(job.jobId);
  });

  it('lists a job as open until it is announced, and as touched until then', async () => {
    const { jobId: id } = await anOpenJob();
    await ledger.failJob(id, REASON, NOW);
    expect(await all(ledger.openJobs())).toContain(id);
    await ledger.touch(id, '2026-11-21T00:00:00.000Z');
    expect((await ledger.readJob(id))?.state.progressAt).toBe('2026-11-21T00:00:00.000Z');
    await ledger.markAnnounced(id, 1);
    await ledger.touch(id, '2026-11-22T00:00:00.000Z');
    expect((await ledger.readJob(id))?.state.progressAt).toBe('2026-11-21T00:00:00.000Z');
    expect(await all(ledger.openJobs())).not.toContain(id);
  });

  it('lists jobs newest first, over the end of a month', async () => {
    const times = ['2024-12-31T23:59:59.000Z', '2025-01-01T00:00:00.000Z', '2025-01-02T00:00:00.000Z'];
    const ids: string[] = [];
    for (const createdAt of times) ids.push((await anOpenJob({ createdAt })).jobId);
    const listed = (await all(ledger.recentJobs('2025-02-01T00:00:00.000Z'))).map(({ job }) => job.jobId);
    expect(listed.filter((id) => ids.includes(id))).toEqual(ids.reverse());
  });

  it('lists what stands behind a job, also among jobs of the same moment and over the end of a month', async () => {
    const createdAt = '2023-03-01T00:00:00.000Z';
    for (const time of ['2023-02-28T23:59:59.999Z', createdAt, createdAt, createdAt])
      await anOpenJob({ createdAt: time });
    const listed = (await all(ledger.recentJobs(createdAt))).map(({ job }) => job);
    const first = listed.findIndex((job) => job.createdAt === createdAt);
    for (const at of [first, first + 1, first + 2, first + 3]) {
      const behind = await all(ledger.recentJobs(NOW, listed[at]));
      expect(behind.map(({ job }) => job)).toEqual(listed.slice(at + 1));
    }
  });
});
