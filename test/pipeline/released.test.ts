import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { putObject } from '../../aws/s3-objects.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import type { ChunkMessage, IntakeMessage, StartMessage } from '../../contracts/generated/types.ts';
import { chunkMessage } from '../../core/chunk-message.ts';
import { incomingKey, jobId } from '../../core/keys.ts';
import { theHost } from './host.ts';
import { aLostJob } from './lost-job.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

/** What 0.1.0 wrote, which may lie in a queue while a later release is deployed. */
const RELEASED: { 'intake-message': IntakeMessage[]; 'chunk-message': ChunkMessage[] } = JSON.parse(
  readFileSync('contracts/released/0.1.0.json', 'utf8'),
);
const LATER = { addedLater: { by: 'a release to come' } };

let pipeline: Pipeline;
let host: ReturnType<typeof theHost>;
beforeAll(async () => {
  pipeline = await thePipeline();
  host = theHost(pipeline);
});

/** The fields that the older release wrote, with values of today's objects; each object has one more, of a later release. */
function asWritten(old: object, now: object): object {
  const fields = Object.entries(old).map(([name, value]) => {
    const current: unknown = Reflect.get(now, name) ?? value;
    const isObject = typeof value === 'object' && typeof current === 'object' && value && current;
    return [name, isObject ? asWritten(value, current) : current];
  });
  return { ...Object.fromEntries(fields), ...LATER };
}

describe('messages in flight while another release is deployed', () => {
  it('case 32: a chunk message as 0.1.0 wrote it is scored', async () => {
    const { job, chunk } = await aLostJob(pipeline, 'older-chunk');
    const [old = expect.unreachable()] = RELEASED['chunk-message'];
    const message = asWritten(old, chunkMessage(job, chunk));
    await sendMessages(pipeline.sqs, await host.chunkQueue(), [JSON.stringify(message)]);
    const { state } = await pipeline.ended(job.jobId);
    expect(state).toMatchObject({ status: 'completed', rowsScored: chunk.reference.rowCount });
  });

  it('case 32: a start as 0.1.0 wrote it opens its job', async () => {
    const sample = readFileSync('sample-data/breast_cancer.csv', 'utf8').split('\n').slice(0, 3).join('\n');
    const key = incomingKey('breast-cancer', 'older-start.csv');
    const source = await putObject(pipeline.s3, pipeline.resources.inputBucket, key, sample, 'text/csv');
    const [old = expect.unreachable()] = RELEASED['intake-message'];
    const now: StartMessage = { type: 'start', source, requestedBy: 'cli', runId: 'older' };
    const message = { ...asWritten(old, now), runId: 'older' };
    await sendMessages(pipeline.sqs, host.intakeQueue(), [JSON.stringify(message)]);
    const { state } = await pipeline.ended(jobId(source, 'breast-cancer', 'older'));
    expect(state).toMatchObject({ status: 'completed', rowsScored: 2 });
  });
});
