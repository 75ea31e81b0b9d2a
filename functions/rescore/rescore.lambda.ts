import { documentClient, s3Client, sqsClient } from '../../aws/clients.ts';
import { dynamodbLedger } from '../../aws/dynamodb-ledger.ts';
import { dynamodbRuns } from '../../aws/dynamodb-runs.ts';
import { setting } from '../../aws/environment.ts';
import { ownQueueHandler } from '../../aws/own-queue.ts';
import { Patience } from '../../aws/patience.ts';
import { s3Models } from '../../aws/s3-models.ts';
import { describeObject } from '../../aws/s3-objects.ts';
import { rescoreSender } from '../../aws/sqs-rescore.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import { readRescoreBody } from './read-message.ts';
import { type RescoreDependencies, rescore } from './rescore.ts';

type Wired = Omit<RescoreDependencies, 'timeLeft'>;
let wired: Wired | undefined;
const patience = new Patience();

export const handler = ownQueueHandler(patience, 'RESCORE_QUEUE_URL', async (body, timeLeft) => {
  wired ??= wire(process.env);
  for (const message of readRescoreBody(body, JSON.parse(setting(process.env, 'ON_PROMOTION'))))
    await rescore(message, { ...wired, timeLeft });
});

function wire(env: NodeJS.ProcessEnv): Wired {
  const s3 = s3Client(patience);
  const sqs = sqsClient(patience);
  const documents = documentClient(patience);
  const table = setting(env, 'JOBS_TABLE');
  return {
    ledger: dynamodbLedger(documents, table),
    runs: dynamodbRuns(documents, table),
    models: s3Models(s3, setting(env, 'MODELS_BUCKET')),
    describe: (source) => describeObject(s3, source),
    now: () => new Date().toISOString(),
    sendStarts: (messages) =>
      sendMessages(
        sqs,
        setting(env, 'INTAKE_QUEUE_URL'),
        messages.map((message) => JSON.stringify(message)),
      ),
    sendContinue: rescoreSender(sqs, setting(env, 'RESCORE_QUEUE_URL')),
  };
}
