import { documentClient, s3Client, sqsClient } from '../../aws/clients.ts';
import { dynamodbLedger } from '../../aws/dynamodb-ledger.ts';
import { chunkQueues, numberSetting, openSettings, setting } from '../../aws/environment.ts';
import { ownQueueHandler } from '../../aws/own-queue.ts';
import { Patience } from '../../aws/patience.ts';
import { s3Models } from '../../aws/s3-models.ts';
import { describeObject, putObject, readObject } from '../../aws/s3-objects.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import { sqsWorkQueues } from '../../aws/sqs-work-queues.ts';
import { readIntakeBody } from '../../core/intake.ts';
import { type FanOutDependencies, fanOut } from './fan-out.ts';

type Wired = Omit<FanOutDependencies, 'timeLeft'>;
let wired: Wired | undefined;
const patience = new Patience();

export const handler = ownQueueHandler(patience, 'INTAKE_QUEUE_URL', async (body, timeLeft) => {
  wired ??= wire(process.env);
  for (const message of readIntakeBody(body)) await fanOut(message, { ...wired, timeLeft });
});

function wire(env: NodeJS.ProcessEnv): Wired {
  const s3 = s3Client(patience);
  const sqs = sqsClient(patience);
  const queues = chunkQueues(env);
  const workBucket = setting(env, 'WORK_BUCKET');
  return {
    ledger: dynamodbLedger(documentClient(patience), setting(env, 'JOBS_TABLE')),
    models: s3Models(s3, setting(env, 'MODELS_BUCKET')),
    settings: {
      ...openSettings(env),
      maxInflatedBytes: numberSetting(env, 'MAX_INFLATED_BYTES'),
      workBucket,
    },
    runtimes: Object.keys(queues),
    now: () => new Date().toISOString(),
    describe: (source) => describeObject(s3, source),
    read: (object, from, to) => readObject(s3, object, from, to),
    stage: (key, body) => putObject(s3, workBucket, key, body, 'text/csv'),
    ...sqsWorkQueues(sqs, setting(env, 'INTAKE_QUEUE_URL'), queues),
    sendUnpack: (message) => sendMessages(sqs, setting(env, 'UNPACK_QUEUE_URL'), [JSON.stringify(message)]),
  };
}
