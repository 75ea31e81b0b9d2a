import { documentClient, sqsClient } from '../../aws/clients.ts';
import { dynamodbLedger } from '../../aws/dynamodb-ledger.ts';
import { dynamodbRuns } from '../../aws/dynamodb-runs.ts';
import { chunkQueues, numberSetting, setting } from '../../aws/environment.ts';
import { rescoreSender } from '../../aws/sqs-rescore.ts';
import { sqsWorkQueues } from '../../aws/sqs-work-queues.ts';
import { withoutMessage } from '../../core/cause.ts';
import { type WatchdogDependencies, watchdog } from './watchdog.ts';

let wired: WatchdogDependencies | undefined;

export const handler = async (): Promise<void> => {
  try {
    wired ??= wire(process.env);
    console.info({ event: 'watchdog', ...(await watchdog(wired)) });
  } catch (error) {
    throw withoutMessage(error);
  }
};

function wire(env: NodeJS.ProcessEnv): WatchdogDependencies {
  const documents = documentClient();
  const sqs = sqsClient();
  const table = setting(env, 'JOBS_TABLE');
  return {
    ledger: dynamodbLedger(documents, table),
    runs: dynamodbRuns(documents, table),
    staleMinutes: numberSetting(env, 'STALE_MINUTES'),
    now: () => new Date().toISOString(),
    sendRescore: rescoreSender(sqs, setting(env, 'RESCORE_QUEUE_URL')),
    ...sqsWorkQueues(sqs, setting(env, 'INTAKE_QUEUE_URL'), chunkQueues(env)),
  };
}
