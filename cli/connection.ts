import type { ScoreReader } from '../aws/dynamodb-score-reader.ts';
import type { StackResources } from '../aws/stack-outputs.ts';
import type { IntakeMessage, ObjectVersion } from '../contracts/generated/types.ts';
import type { Ledger } from '../core/ledger.ts';
import { localAws } from '../local/local-aws.ts';
import type { ModelCatalog } from './model-catalog.ts';
import { awsTargetLine, localTargetLine, type Target } from './target.ts';

/**
 * A stack as the commands see it. What a command does not ask for is never loaded: an SDK client costs start-up
 * time.
 */
export interface Connection {
  /** One line for people: where this is. */
  targetLine: string;
  resources: StackResources;
  ledger(): Promise<Ledger>;
  scores(): Promise<ScoreReader>;
  objects(): Promise<ObjectStore>;
  models(): Promise<ModelCatalog>;
  sendToIntake(message: IntakeMessage): Promise<void>;
}

export interface ObjectStore {
  /** Uploads a file into the input bucket; answers the version it became. */
  drop(file: string, key: string, onProgress: (bytesSent: number) => void): Promise<ObjectVersion>;
  newestVersion(bucket: string, key: string): Promise<ObjectVersion | undefined>;
  /** @param end exclusive. */
  readRange(object: ObjectVersion, start: number, end: number): Promise<Buffer>;
  /** An object of the results bucket. */
  readResult(key: string): Promise<Buffer | undefined>;
}

/** Finds the stack's resources; everything else waits until it is asked for. */
export async function openConnection(target: Target): Promise<Connection> {
  const options = target.kind === 'local' ? localAws(target.endpoint) : {};
  const { describeStack } = await import('../aws/stack-outputs.ts');
  const { account, region, resources } = await describeStack(options, target.stack);

  const clients = once(() => import('../aws/clients.ts'));
  const documents = once(async () => (await clients()).documentClient(options));
  const s3 = once(async () => (await clients()).s3Client(options));

  return {
    targetLine:
      target.kind === 'local'
        ? localTargetLine(target.endpoint)
        : awsTargetLine(account, region, target.stack),
    resources,
    ledger: once(async () => {
      const { dynamodbLedger } = await import('../aws/dynamodb-ledger.ts');
      return dynamodbLedger(await documents(), resources.jobsTable);
    }),
    scores: once(async () => {
      const { dynamodbScoreReader } = await import('../aws/dynamodb-score-reader.ts');
      return dynamodbScoreReader(await documents(), resources.scoresTable);
    }),
    objects: once(async () => {
      const [client, { dropFile }, { readRange }, { describeObject, getObject }] = await Promise.all([
        s3(),
        import('../aws/s3-drop.ts'),
        import('../aws/s3-ranges.ts'),
        import('../aws/s3-objects.ts'),
      ]);
      return {
        drop: (file, key, onProgress) =>
          dropFile(client, file, { bucket: resources.inputBucket, key }, onProgress),
        newestVersion: async (bucket, key) => (await describeObject(client, { bucket, key }))?.object,
        readRange: (object, start, end) => readRange(client, object, start, end),
        readResult: (key) => getObject(client, resources.resultsBucket, key),
      };
    }),
    models: once(async () => {
      const [client, { getObject, topFolders }, { modelCatalog }] = await Promise.all([
        s3(),
        import('../aws/s3-objects.ts'),
        import('./model-catalog.ts'),
      ]);
      const bucket = resources.modelsBucket;
      return modelCatalog({
        read: (key) => getObject(client, bucket, key),
        folders: () => topFolders(client, bucket),
      });
    }),
    async sendToIntake(message) {
      const [{ sqsClient }, { sendMessages }] = await Promise.all([
        clients(),
        import('../aws/sqs-sender.ts'),
      ]);
      await sendMessages(sqsClient(options), resources.intakeQueueUrl, [JSON.stringify(message)]);
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
