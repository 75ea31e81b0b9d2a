import { withoutMessage } from '../../aws/cause.ts';
import { documentClient, sqsClient } from '../../aws/clients.ts';
import { dynamodbLedger } from '../../aws/dynamodb-ledger.ts';
import { chunkQueues, numberSetting, setting } from '../../aws/environment.ts';
import { sqsWorkQueues } from '../../aws/sqs-work-queues.ts';
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
  return {
    ledger: dynamodbLedger(documentClient(), setting(env, 'JOBS_TABLE')),
    staleMinutes: numberSetting(env, 'STALE_MINUTES'),
    now: () => new Date().toISOString(),
    ...sqsWorkQueues(sqsClient(), setting(env, 'INTAKE_QUEUE_URL'), chunkQueues(env)),
  };
}
