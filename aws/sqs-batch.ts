import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { cause } from '../core/cause.ts';
import { isThrottle } from './throttles.ts';

/**
 * Handles each message of an SQS event and answers with those that failed, and only those: the queue deletes the rest.
 * A failure is logged by the message's id and its cause, and by nothing of what the message says.
 *
 * @param sendAgain puts a copy of a message back for later. Throttling is no failure then: the message waits without using up
 * a receive.
 */
export async function eachMessage(
  event: SQSEvent,
  handle: (record: SQSRecord) => Promise<void>,
  sendAgain?: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const record of event.Records) {
    try {
      await handle(record).catch((error) => postpone(record, error, sendAgain));
    } catch (error) {
      const { ApproximateReceiveCount } = record.attributes;
      console.error({
        event: 'message_failed',
        messageId: record.messageId,
        receives: ApproximateReceiveCount,
        ...cause(error),
      });
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
}

/** @throws the error, where it is none that a later time would mend. */
async function postpone(
  record: SQSRecord,
  error: unknown,
  sendAgain: ((record: SQSRecord) => Promise<void>) | undefined,
): Promise<void> {
  if (!sendAgain || !isThrottle(error)) throw error;
  await sendAgain(record);
  console.warn({ event: 'message_sent_again', messageId: record.messageId, ...cause(error) });
}
