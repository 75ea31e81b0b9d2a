import type { SQSClient } from '@aws-sdk/client-sqs';
import type { ChunkMessage, ContinueMessage } from '../contracts/generated/types.ts';
import { sendMessages } from './sqs-sender.ts';

export interface WorkQueues {
  /** Puts `continue {jobId}` on the intake queue. */
  sendContinue(jobId: string): Promise<void>;
  sendChunks(runtime: string, messages: ChunkMessage[]): Promise<void>;
}

/**
 * The queues that drive a job: fan-out fills them, the watchdog fills them again. A job's chunks are a message group, which
 * SQS deals out in turn with those of other jobs: a large file does not keep small ones waiting. In a standard queue a group
 * keeps no order and holds nothing back.
 */
export const sqsWorkQueues = (
  client: SQSClient,
  intakeUrl: string,
  chunkUrls: Readonly<Record<string, string>>,
): WorkQueues => ({
  sendContinue: (jobId) =>
    sendMessages(client, intakeUrl, [JSON.stringify({ type: 'continue', jobId } satisfies ContinueMessage)]),
  async sendChunks(runtime, messages) {
    for (const [jobId, ofJob] of byJob(messages)) {
      const bodies = ofJob.map((message) => JSON.stringify(message));
      await sendMessages(client, chunkUrls[runtime] ?? '', bodies, jobId);
    }
  },
});

function byJob(messages: readonly ChunkMessage[]): Map<string, ChunkMessage[]> {
  const jobs = new Map<string, ChunkMessage[]>();
  for (const message of messages) {
    const known = jobs.get(message.jobId);
    if (known) known.push(message);
    else jobs.set(message.jobId, [message]);
  }
  return jobs;
}
