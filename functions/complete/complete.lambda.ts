import type { DynamoDBStreamEvent } from 'aws-lambda';
import { documentClient, eventBridgeClient, s3Client, sqsClient } from '../../aws/clients.ts';
import { dynamodbLedger } from '../../aws/dynamodb-ledger.ts';
import { dynamodbRuns } from '../../aws/dynamodb-runs.ts';
import { streamedRuns, streamedStates } from '../../aws/dynamodb-stream.ts';
import { setting } from '../../aws/environment.ts';
import { announce } from '../../aws/eventbridge-announcer.ts';
import { putObject } from '../../aws/s3-objects.ts';
import { rescoreSender } from '../../aws/sqs-rescore.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import { withoutMessage } from '../../core/cause.ts';
import { type CompleteDependencies, complete, completeRun } from './complete.ts';

let wired: CompleteDependencies | undefined;

/** A record that fails throws: the event source tries again, bisects the batch, and sets aside what never succeeds. */
export const handler = async (event: DynamoDBStreamEvent): Promise<void> => {
  try {
    wired ??= wire(process.env);
    for (const state of streamedStates(event)) await complete(state, wired);
    for (const run of streamedRuns(event)) await completeRun(run, wired);
  } catch (error) {
    throw withoutMessage(error);
  }
};

function wire(env: NodeJS.ProcessEnv): CompleteDependencies {
  const s3 = s3Client();
  const events = eventBridgeClient();
  const sqs = sqsClient();
  const intakeQueue = setting(env, 'INTAKE_QUEUE_URL');
  const resultsBucket = setting(env, 'RESULTS_BUCKET');
  const bus = setting(env, 'EVENT_BUS');
  const documents = documentClient();
  const table = setting(env, 'JOBS_TABLE');
  return {
    ledger: dynamodbLedger(documents, table),
    runs: dynamodbRuns(documents, table),
    resultsBucket,
    writeSuccess: async (key, summary) => {
      const body = `${JSON.stringify(summary, undefined, 2)}\n`;
      await putObject(s3, resultsBucket, key, body, 'application/json');
    },
    sendStart: (message) => sendMessages(sqs, intakeQueue, [JSON.stringify(message)]),
    sendRescore: rescoreSender(sqs, setting(env, 'RESCORE_QUEUE_URL')),
    announce: (name, event) => announce(events, bus, name, event),
    now: () => new Date().toISOString(),
  };
}
