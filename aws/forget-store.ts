import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ForgetStore } from '../core/forget-store.ts';
import { resultsOfModel } from '../core/keys.ts';
import { dynamodbForgetting } from './dynamodb-forgetting.ts';
import { putUnlessChanged } from './s3-conditional-put.ts';
import { getTagged } from './s3-objects.ts';
import { removeOlderVersions } from './s3-older-versions.ts';
import type { StackResources } from './stack-outputs.ts';

/** The tables and the results bucket of a stack, as forgetting writes to them. */
export function forgetStore(
  documents: DynamoDBDocumentClient,
  s3: S3Client,
  resources: StackResources,
): ForgetStore {
  const bucket = resources.resultsBucket;
  return {
    ...dynamodbForgetting(documents, resources),
    readResult: (key) => getTagged(s3, bucket, key),
    replaceResult(key, body, etag) {
      const contentType = key.endsWith('.gz') ? 'application/gzip' : 'application/json';
      return putUnlessChanged(s3, { bucket, key, body, contentType, etag });
    },
    async removeOlderVersions(model) {
      const ofJobs = await removeOlderVersions(s3, bucket, resultsOfModel(model));
      return ofJobs + (await removeOlderVersions(s3, bucket, resultsOfModel(model, true)));
    },
  };
}
