import type { SQSClient } from '@aws-sdk/client-sqs';
import type { ContinueRescoreMessage } from '../contracts/generated/types.ts';
import { sendLater } from './sqs-sender.ts';

/** Lets rescore go on with a run, at once or later. */
export const rescoreSender =
  (client: SQSClient, queueUrl: string) =>
  (runId: string, delaySeconds = 0): Promise<void> => {
    const message: ContinueRescoreMessage = { type: 'continue', runId };
    return sendLater(client, queueUrl, JSON.stringify(message), delaySeconds);
  };
