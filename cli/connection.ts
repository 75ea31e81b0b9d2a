import { apiAddress } from '../aws/api-address.ts';
import type { Predictor } from '../aws/lambda-predictor.ts';
import type { DeployedRuntime, StackResources } from '../aws/stack-outputs.ts';
import type { IntakeMessage, ObjectVersion, RescoreMessage } from '../contracts/generated/types.ts';
import type { ApiKeys } from '../core/api-keys.ts';
import type { ForgetStore } from '../core/forget-store.ts';
import type { Ledger } from '../core/ledger.ts';
import type { ModelRegistry, ShadowPointers } from '../core/model-registry.ts';
import type { Runs } from '../core/rescore/runs.ts';
import type { ScoreReader } from '../core/score-reader.ts';
import { localAws } from '../local/local-aws.ts';
import { Failure } from './failure.ts';
import type { ModelCatalog } from './model-catalog.ts';
import { awsTargetLine, environmentOf, localTargetLine, type Target } from './target.ts';

/**
 * A stack as the commands see it. What a command does not ask for is never loaded: an SDK client costs start-up
 * time.
 */
export interface Connection {
  /** One line for people: where this is. */
  targetLine: string;
  resources: StackResources;
  /** Where the HTTP API answers; undefined where the stack has none. */
  apiUrl: string | undefined;
  /** @throws Failure where the stack has no HTTP API. */
  keys(): Promise<ApiKeys>;
  ledger(): Promise<Ledger>;
  runs(): Promise<Runs>;
  scores(): Promise<ScoreReader>;
  objects(): Promise<ObjectStore>;
  models(): Promise<ModelCatalog>;
  /** The same bucket as fan-out asks it. */
  registry(): Promise<ModelRegistry & ShadowPointers>;
  forgetting(): Promise<ForgetStore>;
  /** @throws Failure where the stack has no such runtime. */
  predictor(runtime: string): Promise<Predictor>;
  sendToIntake(message: IntakeMessage): Promise<void>;
  sendToRescore(message: RescoreMessage): Promise<void>;
  /** By which a child process finds the same stack; undefined takes a variable away. */
  environment: Record<string, string | undefined>;
}

export interface ObjectStore {
  /** Uploads a file into the input bucket; answers the version it became. */
  drop(file: string, key: string, onProgress: (bytesSent: number) => void): Promise<ObjectVersion>;
  newestVersion(bucket: string, key: string): Promise<ObjectVersion | undefined>;
  /** In bytes. */
  sizeOf(object: ObjectVersion): Promise<number>;
  /** @param end exclusive. */
  readRange(object: ObjectVersion, start: number, end: number): Promise<Buffer>;
  /** Streams an object version from its first byte, up to `end` (exclusive) or to its end. */
  read(object: ObjectVersion, end?: number): AsyncIterable<Buffer>;
  /** Whether this version can still be read. */
  isThere(object: ObjectVersion): Promise<boolean>;
  /** An object of the results bucket. */
  readResult(key: string): Promise<Buffer | undefined>;
  /** Keys of the results bucket, in order. */
  resultKeys(prefix: string): AsyncIterable<string>;
}

/** Finds the stack's resources; everything else waits until it is asked for. */
export async function openConnection(target: Target): Promise<Connection> {
  const options = target.kind === 'local' ? localAws(target.endpoint) : {};
  const { describeStack } = await import('../aws/stack-outputs.ts');
  const { account, region, resources } = await describeStack(options, target.stack);

  const clients = once(() => import('../aws/clients.ts'));
  const documents = once(async () => (await clients()).documentClient(options));
  const s3 = once(async () => (await clients()).s3Client(options));

  const sendTo = async (queueUrl: string, message: IntakeMessage | RescoreMessage) => {
    const [{ sqsClient }, { sendMessages }] = await Promise.all([clients(), import('../aws/sqs-sender.ts')]);
    await sendMessages(sqsClient(options), queueUrl, [JSON.stringify(message)]);
  };

  return {
    targetLine:
      target.kind === 'local'
        ? localTargetLine(target.endpoint)
        : awsTargetLine(account, region, target.stack),
    resources,
    apiUrl: resources.apiUrl && apiAddress(resources.apiUrl, options),
    keys: once(async () => {
      const { apiUsagePlan } = resources;
      if (!apiUsagePlan)
        throw new Failure('no_api', 'This stack has no HTTP API, so there are no keys.', {
          remedy: 'Deploy it with `"api": { "enabled": true }` in its settings.',
        });
      const [{ apiGatewayClient }, { apiKeys }] = await Promise.all([
        clients(),
        import('../aws/api-keys.ts'),
      ]);
      return apiKeys(apiGatewayClient(options), apiUsagePlan);
    }),
    ledger: once(async () => {
      const { dynamodbLedger } = await import('../aws/dynamodb-ledger.ts');
      return dynamodbLedger(await documents(), resources.jobsTable);
    }),
    runs: once(async () => {
      const { dynamodbRuns } = await import('../aws/dynamodb-runs.ts');
      return dynamodbRuns(await documents(), resources.jobsTable);
    }),
    scores: once(async () => {
      const { dynamodbScoreReader } = await import('../aws/dynamodb-score-reader.ts');
      return dynamodbScoreReader(await documents(), resources.scoresTable);
    }),
    objects: once(async () => {
      const [client, { dropFile }, { readRange }, { describeObject, getObject, readObject }, { keysBelow }] =
        await Promise.all([
          s3(),
          import('../aws/s3-drop.ts'),
          import('../aws/s3-ranges.ts'),
          import('../aws/s3-objects.ts'),
          import('../aws/s3-keys.ts'),
        ]);
      return {
        drop: (file, key, onProgress) =>
          dropFile(client, file, { bucket: resources.inputBucket, key }, onProgress),
        newestVersion: async (bucket, key) => (await describeObject(client, { bucket, key }))?.object,
        sizeOf: async (object) => (await describeObject(client, object))?.bytes ?? 0,
        readRange: (object, start, end) => readRange(client, object, start, end),
        read: (object, end) => readObject(client, object, 0, end),
        isThere: async (object) => (await describeObject(client, object)) !== undefined,
        readResult: (key) => getObject(client, resources.resultsBucket, key),
        resultKeys: (prefix) => keysBelow(client, resources.resultsBucket, prefix),
      };
    }),
    models: once(async () => {
      const [client, { getTagged, topFolders }, { versionNumbers, writePointer }, { modelCatalog }] =
        await Promise.all([
          s3(),
          import('../aws/s3-objects.ts'),
          import('../aws/s3-model-versions.ts'),
          import('./model-catalog.ts'),
        ]);
      const bucket = resources.modelsBucket;
      return modelCatalog({
        read: (key) => getTagged(client, bucket, key),
        folders: () => topFolders(client, bucket),
        versions: (name) => versionNumbers(client, bucket, name),
        writePointer: (key, body, etag) => writePointer(client, { bucket, key, body, etag }),
      });
    }),
    registry: once(async () => {
      const [client, { s3Models }] = await Promise.all([s3(), import('../aws/s3-models.ts')]);
      return s3Models(client, resources.modelsBucket);
    }),
    forgetting: once(async () => {
      const { forgetStore } = await import('../aws/forget-store.ts');
      return forgetStore(await documents(), await s3(), resources);
    }),
    async predictor(runtime) {
      const runtimes: Record<string, DeployedRuntime> = JSON.parse(resources.runtimes);
      const deployed = runtimes[runtime];
      if (!deployed)
        throw new Failure('unknown_runtime', `This stack has no runtime ${runtime}.`, {
          remedy: `Its runtimes are ${Object.keys(runtimes).join(', ')}: declare ${runtime}, or publish the model for one of these.`,
        });
      const { lambdaPredictor } = await import('../aws/lambda-predictor.ts');
      return lambdaPredictor(options, deployed.function, runtime);
    },
    environment: environmentOf(target),
    sendToIntake: (message) => sendTo(resources.intakeQueueUrl, message),
    sendToRescore: (message) => sendTo(resources.rescoreQueueUrl, message),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
