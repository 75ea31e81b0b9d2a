import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/**
 * Handles each message of an SQS event and answers with those that failed, and only those: the queue deletes the rest.
 * A failure is logged by message id and cause, never with the message, which may hold a record's values.
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

/** Name, message and place of an error. */
export function cause(error: unknown): { error: string; message: string; at?: string | undefined } {
  if (!(error instanceof Error)) return { error: 'unknown', message: String(error) };
  return {
    error: error.name,
    message: error.message,
    at: error.stack?.split('\n').slice(1, 4).join(' ').trim(),
  };
}
