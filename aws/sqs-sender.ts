import { setTimeout as sleep } from 'node:timers/promises';
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';

/** SQS takes ten messages and 1 MiB a batch. */
const BATCH_ENTRIES = 10;
const BATCH_BYTES = 1024 * 1024;
const ATTEMPTS = 6;

/** Seconds; spread, so that messages that were throttled together do not come back together. */
const SHORTEST_DELAY = 30;
const LONGEST_DELAY = 90;

/**
 * Sends every message, whatever their number. SendMessageBatch answers 200 with some entries rejected: only those are
 * sent again, with full-jitter backoff.
 *
 * @param group what a fair queue deals out its turns by, of all the messages.
 * @throws when an entry is refused as our fault, or is still rejected after the last attempt.
 */
export async function sendMessages(
  client: SQSClient,
  queueUrl: string,
  bodies: readonly string[],
  group?: string,
): Promise<void> {
  const fairness = group === undefined ? {} : { MessageGroupId: group };
  for (const batch of batches(bodies)) {
    const entries = batch.map((body, index) => ({ Id: String(index), MessageBody: body, ...fairness }));
    await sendBatch(client, queueUrl, entries);
  }
}

/** Sends a copy of a message for later: a new message, so that waiting uses up none of its receives. */
export async function sendAgain(
  client: SQSClient,
  queueUrl: string,
  { body, attributes }: Pick<SQSRecord, 'body' | 'attributes'>,
): Promise<void> {
  const { MessageGroupId } = attributes;
  const send = new SendMessageCommand({
    QueueUrl: queueUrl,
    MessageBody: body,
    DelaySeconds: SHORTEST_DELAY + Math.floor(Math.random() * (LONGEST_DELAY - SHORTEST_DELAY + 1)),
    ...(MessageGroupId && { MessageGroupId }),
  });
  await client.send(send);
}

/** @param delaySeconds until somebody may receive it, 900 at most. */
export async function sendLater(
  client: SQSClient,
  queueUrl: string,
  body: string,
  delaySeconds: number,
): Promise<void> {
  await client.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, DelaySeconds: delaySeconds }),
  );
}

async function sendBatch(
  client: SQSClient,
  queueUrl: string,
  entries: SendMessageBatchRequestEntry[],
): Promise<void> {
  let pending = entries;
  for (let attempt = 1; pending.length > 0; attempt++) {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: pending }),
    );
    const ours = Failed.find(({ SenderFault }) => SenderFault);
    if (ours) throw new Error(`SQS refused a message: ${ours.Code ?? 'no code given'}`);
    const rejected = new Set(Failed.map(({ Id }) => Id));
    pending = pending.filter(({ Id }) => rejected.has(Id));
    if (pending.length === 0) return;
    if (attempt === ATTEMPTS)
      throw new Error(`SQS still rejected ${pending.length} messages after ${ATTEMPTS} attempts.`);
    await sleep(Math.random() * 100 * 2 ** attempt);
  }
}

function* batches(bodies: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    if (batch.length === BATCH_ENTRIES || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(body);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
