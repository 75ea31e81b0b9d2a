import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { RESULTS, SHADOW_RESULTS } from '../core/keys.ts';
import type { StageFunction } from './stage-function.ts';

/**
 * The statements that several stages need, spelled out: CDK's `grant…` methods give more than the code uses (deleting,
 * tagging, whole prefixes of actions).
 */

/** Objects of a bucket below a prefix, as a resource of a statement. */
export const objects = (bucket: s3.Bucket, pattern = '*'): string => bucket.arnForObjects(pattern);

/** What jobs write, and what shadow jobs do. */
export const RESULT_FILES = [`${RESULTS}*`, `${SHADOW_RESULTS}*`];
export const resultFiles = (results: s3.Bucket): string[] =>
  RESULT_FILES.map((pattern) => objects(results, pattern));

/** Reading what is newest under a key, and versions that are named. */
export function readObjects(stage: StageFunction, ...buckets: s3.Bucket[]): void {
  read(stage, ['s3:GetObject', 's3:GetObjectVersion'], buckets);
}

/** Reading what is newest under a key. */
export function readNewest(stage: StageFunction, ...buckets: s3.Bucket[]): void {
  read(stage, ['s3:GetObject'], buckets);
}

/** Reading versions by their ids alone: no listing tells those, so that a stage reads what its messages name. */
export function readVersions(stage: StageFunction, ...buckets: s3.Bucket[]): void {
  read(stage, ['s3:GetObjectVersion'], buckets);
}

/** Without s3:ListBucket a missing object would read as 403, which nobody can act on. */
function read(stage: StageFunction, actions: string[], buckets: readonly s3.Bucket[]): void {
  stage.allow(
    actions,
    buckets.map((bucket) => objects(bucket)),
  );
  stage.allow(
    ['s3:ListBucket'],
    buckets.map((bucket) => bucket.bucketArn),
  );
}

export type LedgerAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem';

/** The Jobs table. A transaction asks for the actions of its items. */
export function ledger(stage: StageFunction, jobs: dynamodb.Table, actions: readonly LedgerAction[]): void {
  stage.allow(
    actions.map((action) => `dynamodb:${action}`),
    [jobs.tableArn],
  );
}

export function send(stage: StageFunction, ...queues: sqs.IQueue[]): void {
  stage.allow(
    ['sqs:SendMessage'],
    queues.map(({ queueArn }) => queueArn),
  );
}
