import type { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { sqsWorkQueues } from '../../../aws/sqs-work-queues.ts';
import { chunkMessage } from '../../../core/chunk-message.ts';
import { aChunk, aJob } from '../factories.ts';

const OTHER = 'f'.repeat(24);

/** What is sent of twelve chunks of one job and one of another. */
async function messagesSent() {
  const sent: SendMessageBatchCommand['input'][] = [];
  const client = {
    async send({ input }: SendMessageBatchCommand) {
      sent.push(input);
      return {};
    },
  } as unknown as SQSClient;
  const { sendChunks, sendContinue } = sqsWorkQueues(client, 'intake', { classic: 'chunks' });
  const ofJob = Array.from({ length: 12 }, (_, chunk) => chunkMessage(aJob(), aChunk({ chunk })));
  const ofOther = chunkMessage(aJob({ jobId: OTHER }), aChunk({ jobId: OTHER }));
  await sendChunks('classic', [...ofJob.slice(0, 5), ofOther, ...ofJob.slice(5)]);
  await sendContinue(OTHER);
  const entries = (queue: string) =>
    sent.filter(({ QueueUrl }) => QueueUrl === queue).flatMap(({ Entries = [] }) => Entries);
  return { chunks: entries('chunks'), intake: entries('intake') };
}

test('chunks are sent in a group of their job, so that jobs take turns', async () => {
  const { chunks, intake } = await messagesSent();
  expect(chunks).toHaveLength(13);
  for (const { MessageBody = '', MessageGroupId } of chunks)
    expect(MessageGroupId).toBe(JSON.parse(MessageBody).jobId);
  expect(new Set(chunks.map(({ MessageGroupId }) => MessageGroupId))).toEqual(new Set([aJob().jobId, OTHER]));
  expect(intake[0]).not.toHaveProperty('MessageGroupId');
});
