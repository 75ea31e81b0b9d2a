import { documentClient, sqsClient } from '../../aws/clients.ts';
import { dynamodbLedger } from '../../aws/dynamodb-ledger.ts';
import { chunkQueues, numberSetting, setting } from '../../aws/environment.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import { type WatchdogDependencies, watchdog } from './watchdog.ts';

let wired: WatchdogDependencies | undefined;

export const handler = async (): Promise<void> => {
  wired ??= wire(process.env);
  console.info({ event: 'watchdog', ...(await watchdog(wired)) });
};

function wire(env: NodeJS.ProcessEnv): WatchdogDependencies {
  const sqs = sqsClient();
  const queues = chunkQueues(env);
  return {
    ledger: dynamodbLedger(documentClient(), setting(env, 'JOBS_TABLE')),
    staleMinutes: numberSetting(env, 'STALE_MINUTES'),
    now: () => new Date().toISOString(),
    sendContinue: (jobId) =>
      sendMessages(sqs, setting(env, 'INTAKE_QUEUE_URL'), [JSON.stringify({ type: 'continue', jobId })]),
    sendChunks: (runtime, messages) =>
      sendMessages(
        sqs,
        queues[runtime] ?? '',
        messages.map((message) => JSON.stringify(message)),
      ),
  };
}
