import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';

/**
 * Sends an S3 event for every object that is created, and whose key begins or ends so. The queue policy names the account, not the
 * bucket, which would close a circle (the bucket needs the policy first): who consumes the queue refuses other buckets.
 */
export function notifyOfObjects(
  bucket: s3.Bucket,
  queue: sqs.Queue,
  rule: { name: 'prefix' | 'suffix'; value: string },
): void {
  queue.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('s3.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(queue).account } },
    }),
  );
  const resource = bucket.node.defaultChild as s3.CfnBucket;
  resource.notificationConfiguration = {
    queueConfigurations: [
      { event: 's3:ObjectCreated:*', queue: queue.queueArn, filter: { s3Key: { rules: [rule] } } },
    ],
  };
  resource.node.addDependency(queue.node.findChild('Policy'));
}
