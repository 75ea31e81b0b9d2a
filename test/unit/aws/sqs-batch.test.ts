import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { eachMessage } from '../../../aws/sqs-batch.ts';

const event = (...ids: string[]) =>
  ({ Records: ids.map((messageId) => ({ messageId, body: 'secret', attributes: {} })) }) as SQSEvent;
const throttle = () => Object.assign(new Error('slower'), { name: 'SlowDown' });
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    ...{ message: 'cancelled', $metadata: {} },
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

beforeEach(() => {
  for (const method of ['warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {});
});

describe('eachMessage', () => {
  it('answers with the messages that failed, and only those', async () => {
    const handle = async ({ messageId }: SQSRecord) => {
      if (messageId === 'b') throw new Error('broken');
    };
    expect(await eachMessage(event('a', 'b', 'c'), handle)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'b' }],
    });
  });

  it.each([
    ['throttling', throttle(), true],
    ['a transaction that conflicts', cancelled('None', 'TransactionConflict'), true],
    [
      'a transaction whose condition fails',
      cancelled('ConditionalCheckFailed', 'TransactionConflict'),
      false,
    ],
    ['any other failure', new Error('broken'), false],
  ])('sends a message again: %s, %#', async (_, error, isSentAgain) => {
    const sendAgain = vi.fn(async () => {});
    const { batchItemFailures } = await eachMessage(event('a'), () => Promise.reject(error), sendAgain);
    expect(sendAgain).toHaveBeenCalledTimes(isSentAgain ? 1 : 0);
    expect(batchItemFailures).toHaveLength(isSentAgain ? 0 : 1);
  });

  it('fails a throttled message that cannot be sent again, or not by this function', async () => {
    const failed = { batchItemFailures: [{ itemIdentifier: 'a' }] };
    const handle = () => Promise.reject(throttle());
    expect(await eachMessage(event('a'), handle, () => Promise.reject(new Error('no queue')))).toEqual(
      failed,
    );
    expect(await eachMessage(event('a'), handle)).toEqual(failed);
    expect(JSON.stringify(vi.mocked(console.error).mock.calls)).not.toContain('secret');
  });
});
