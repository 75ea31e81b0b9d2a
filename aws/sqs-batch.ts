import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { cause } from './cause.ts';

/**
 * Handles each message of an SQS event and answers with those that failed, and only those: the queue deletes the rest.
 * A failure is logged by the message's id and its cause, and by nothing of what the message says.
 */
export async function eachMessage(
  event: SQSEvent,
  handle: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const record of event.Records) {
    try {
      await handle(record);
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
