import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { getObject } from '../../aws/s3-objects.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import type { Chunk } from '../../contracts/generated/types.ts';
import { parseContract } from '../../contracts/validate.ts';
import { chunkMessage } from '../../core/chunk-message.ts';
import { theHost } from './host.ts';
import { jobEvents } from './job-events.ts';
import { aLostJob } from './lost-job.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const SAMPLE = readFileSync('sample-data/breast_cancer.csv', 'utf8');
const HEADER = SAMPLE.slice(0, SAMPLE.indexOf('\n') + 1);
const ROWS = 569;
const COPIES = 20;
/** Many chunks of the same real rows. */
const LARGE = HEADER + SAMPLE.slice(HEADER.length).repeat(COPIES);

let pipeline: Pipeline;
let host: ReturnType<typeof theHost>;
beforeAll(async () => {
  pipeline = await thePipeline();
  host = theHost(pipeline);
});

/** Every row once, and every counter exact. */
async function expectEveryRowOnce(id: string, rows: number) {
  const { state } = await pipeline.ended(id);
  expect(state).toMatchObject({
    status: 'completed',
    rowsTotal: rows,
    rowsScored: rows,
    rowsFailed: 0,
    remaining: 0,
    chunksFailed: 0,
  });
  const chunks = await pipeline.chunksOf(id);
  expect(chunks.reduce((sum, { rowsScored = 0 }) => sum + rowsScored, 0)).toBe(rows);
  const scores = await pipeline.scoresOf(id, rows);
  expect(scores.map(({ row }) => row)).toEqual(Array.from({ length: rows }, (_, i) => i));
  expect(await pipeline.resultRows(id)).toHaveLength(rows);
}

describe('delivered more than once', () => {
  it('case 30: a chunk sent five times, while its job runs and after its end, is counted once', async () => {
    const id = await pipeline.drop('five-times.csv', LARGE);
    const { job } = await pipeline.until(id, ({ state }) => state.checkpoint.chunk > 0);
    const [chunk] = await pipeline.chunksOf(id);
    const copies = Array.from({ length: 5 }, () => JSON.stringify(chunkMessage(job, chunk as Chunk)));
    await sendMessages(pipeline.sqs, await host.chunkQueue(), copies);
    await expectEveryRowOnce(id, ROWS * COPIES);
    const ended = await pipeline.ledger.readJob(id);
    await sendMessages(pipeline.sqs, await host.chunkQueue(), copies);
    await pipeline.drained(await host.chunkQueue());
    expect(await pipeline.ledger.readJob(id)).toEqual(ended);
  });

  it('case 1: an S3 event sent again starts nothing new', async () => {
    const id = await pipeline.drop('twice.csv', SAMPLE);
    const { job } = await pipeline.ended(id);
    const before = await pipeline.ledger.readJob(id);
    const start = { type: 'start', requestedBy: 'drop', source: job.source };
    await sendMessages(pipeline.sqs, host.intakeQueue(), Array(5).fill(JSON.stringify(start)));
    await pipeline.drained(host.intakeQueue());
    expect(await pipeline.ledger.readJob(id)).toEqual(before);
  });
});

describe('lost', () => {
  it('a chunk message that was given up is written off, and its job ends', async () => {
    const { job, chunk } = await aLostJob(pipeline, 'given-up');
    const deadLetters = await host.deadLettersOf(await host.chunkQueue());
    await sendMessages(pipeline.sqs, deadLetters, [JSON.stringify(chunkMessage(job, chunk))]);
    const { state } = await pipeline.ended(job.jobId);
    const rows = chunk.reference.rowCount;
    expect(state).toMatchObject({
      status: 'failed',
      reason: { code: 'all_chunks_failed' },
      rowsFailed: rows,
      chunksFailed: 1,
    });
    expect((await pipeline.chunksOf(job.jobId))[0]).toMatchObject({
      status: 'failed',
      reason: { code: 'chunk_failed' },
    });
  });

  it('case 37: a chunk message that vanished is sent again by the watchdog', async () => {
    const { job, chunk } = await aLostJob(pipeline, 'vanished');
    await host.invoke(await host.functionName(/Watchdog/));
    await expectEveryRowOnce(job.jobId, chunk.reference.rowCount);
  });

  it.each([
    ['that is none of ours', 'neither JSON nor ours', /JSON/],
    ['of a type that a later release has', '{"type":"audit","jobId":"0123456789abcdef01234567"}', /type/],
  ])('case 32: a message %s is set aside with the reason', async (_, body, reason) => {
    await sendMessages(pipeline.sqs, await host.deadLettersOf(host.intakeQueue()), [body]);
    const kept = await setAside(body);
    expect(kept).toMatchObject({ body, reason: expect.stringMatching(reason) });
  });
});

describe('the end of a job', () => {
  it.each([
    ['Job Completed', 'completed', SAMPLE],
    ['Job Failed', 'failed', SAMPLE.replace('mean radius', 'x')],
  ])('is announced on the bus as %s', async (name, status, body) => {
    const events = await jobEvents(pipeline, await host.eventBus(), name);
    const id = await pipeline.drop(`${status}.csv`, body);
    await pipeline.ended(id);
    const event = await events.of(id);
    parseContract('job-event', event);
    expect(event).toMatchObject({ eventId: `${id}#1`, status });
  });
});

/** What was written of a message that was set aside; waits for it. */
async function setAside(body: string): Promise<object> {
  const Bucket = await host.workBucket();
  for (;;) {
    const { Contents = [] } = await pipeline.s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'set-aside/' }),
    );
    for (const { Key = '' } of Contents) {
      const kept = JSON.parse(String(await getObject(pipeline.s3, Bucket, Key)));
      if (kept.body === body) return kept;
    }
    await sleep(200);
  }
}
