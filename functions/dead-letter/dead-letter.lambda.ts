import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { documentClient, s3Client } from '../../aws/clients.ts';
import { dynamodbLedger } from '../../aws/dynamodb-ledger.ts';
import { dynamodbRuns } from '../../aws/dynamodb-runs.ts';
import { openSettings, setting } from '../../aws/environment.ts';
import { describeObject, putObject } from '../../aws/s3-objects.ts';
import { eachMessage } from '../../aws/sqs-batch.ts';
import { cause } from '../../core/cause.ts';
import { setAsideKey } from '../../core/keys.ts';
import { CHUNK_WRITTEN_OFF } from '../../core/log-events.ts';
import { type DeadLetterDependencies, giveUp } from './dead-letter.ts';

let wired: DeadLetterDependencies | undefined;

export const handler = (event: SQSEvent) =>
  eachMessage(event, (record) => {
    wired ??= wire(process.env);
    return giveUp({ id: record.messageId, queue: queueOf(record), body: record.body }, wired);
  });

/** `arn:aws:sqs:eu-west-1:123456789012:name` */
const queueOf = ({ eventSourceARN }: SQSRecord) => eventSourceARN.split(':').at(-1) ?? 'unknown';

function wire(env: NodeJS.ProcessEnv): DeadLetterDependencies {
  const s3 = s3Client();
  const documents = documentClient();
  const table = setting(env, 'JOBS_TABLE');
  const workBucket = setting(env, 'WORK_BUCKET');
  return {
    ledger: dynamodbLedger(documents, table),
    runs: dynamodbRuns(documents, table),
    settings: openSettings(env),
    now: () => new Date().toISOString(),
    describe: (source) => describeObject(s3, source),
    wroteOff: ({ jobId, chunk, attempt }) =>
      console.error({ event: CHUNK_WRITTEN_OFF, jobId, chunk, attempt }),
    async setAside({ id, queue, body }, error) {
      const note = { queue, messageId: id, reason: error.message, body };
      await putObject(s3, workBucket, setAsideKey(queue, id), JSON.stringify(note), 'application/json');
      console.error({ event: 'message_set_aside', queue, messageId: id, error: cause(error).error });
    },
  };
}
