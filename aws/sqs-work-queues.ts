import type { SQSClient } from '@aws-sdk/client-sqs';
import type { ChunkMessage, ContinueMessage } from '../contracts/generated/types.ts';
import { sendMessages } from './sqs-sender.ts';

export interface WorkQueues {
  /** Puts `continue {jobId}` on the intake queue. */
  sendContinue(jobId: string): Promise<void>;
  sendChunks(runtime: string, messages: ChunkMessage[]): Promise<void>;
}

/** The queues that drive a job: fan-out fills them, the watchdog fills them again. */
export const sqsWorkQueues = (
  client: SQSClient,
  intakeUrl: string,
  chunkUrls: Readonly<Record<string, string>>,
): WorkQueues => ({
  sendContinue: (jobId) =>
    sendMessages(client, intakeUrl, [JSON.stringify({ type: 'continue', jobId } satisfies ContinueMessage)]),
  sendChunks: (runtime, messages) =>
    sendMessages(
      client,
      chunkUrls[runtime] ?? '',
      messages.map((message) => JSON.stringify(message)),
    ),
});
