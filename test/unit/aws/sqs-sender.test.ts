import type { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecordAttributes } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { sendAgain, sendMessages } from '../../../aws/sqs-sender.ts';

/** A queue that rejects entries as told: what a real host cannot be made to do. */
function aQueue(reject: (body: string, delivery: number) => boolean, senderFault = false) {
  const batches: string[][] = [];
  const deliveries = new Map<string, number>();
  const client = {
    async send({ input }: SendMessageBatchCommand) {
      const entries = input.Entries ?? [];
      batches.push(entries.map(({ MessageBody = '' }) => MessageBody));
      const failed = entries.filter(({ MessageBody = '' }) => {
        const delivery = (deliveries.get(MessageBody) ?? 0) + 1;
        deliveries.set(MessageBody, delivery);
        return reject(MessageBody, delivery);
      });
      return { Failed: failed.map(({ Id }) => ({ Id, SenderFault: senderFault, Code: 'Rejected' })) };
    },
  };
  return { client: client as unknown as SQSClient, batches };
}

const bodies = (count: number) => Array.from({ length: count }, (_, i) => `message ${i}`);

describe('sendMessages', () => {
  it('case 9: sends only the rejected entries again', async () => {
    const { client, batches } = aQueue(
      (body, delivery) => ['message 3', 'message 7'].includes(body) && delivery < 3,
    );
    await sendMessages(client, 'queue', bodies(10));
    expect(batches).toEqual([bodies(10), ['message 3', 'message 7'], ['message 3', 'message 7']]);
  });

  it('takes ten messages and 1 MiB a batch', async () => {
    const { client, batches } = aQueue(() => false);
    await sendMessages(client, 'queue', bodies(23));
    await sendMessages(client, 'queue', ['é'.repeat(300_000), 'é'.repeat(300_000), 'x']);
    expect(batches.map(({ length }) => length)).toEqual([10, 10, 3, 1, 2]);
  });

  it('fails when an entry is refused as our fault', async () => {
    const { client } = aQueue(() => true, true);
    await expect(sendMessages(client, 'queue', bodies(1))).rejects.toThrow('Rejected');
  });

  it('sends nothing for nothing', async () => {
    const { client, batches } = aQueue(() => false);
    await sendMessages(client, 'queue', []);
    expect(batches).toEqual([]);
  });
});

describe('sendAgain', () => {
  it.each([
    ['in its group', { MessageGroupId: 'job' }],
    ['without one', {}],
  ])('sends a copy with a delay, %s', async (_, group) => {
    const sent: unknown[] = [];
    const client = { send: async ({ input }: { input: unknown }) => sent.push(input) };
    const record = { body: 'message', attributes: group as SQSRecordAttributes };
    await sendAgain(client as unknown as SQSClient, 'queue', record);
    expect(sent).toEqual([
      { QueueUrl: 'queue', MessageBody: 'message', DelaySeconds: expect.any(Number), ...group },
    ]);
    const [{ DelaySeconds }] = sent as [{ DelaySeconds: number }];
    expect(DelaySeconds).toBeGreaterThanOrEqual(30);
    expect(DelaySeconds).toBeLessThanOrEqual(90);
  });
});
