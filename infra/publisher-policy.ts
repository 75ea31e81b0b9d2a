import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { objects } from './permissions.ts';

/**
 * What publishing and promoting a model takes, to be attached to whoever may do that. It is the only right in the stack to
 * write to the models bucket: what is written there runs as the predictor.
 */
export function publisherPolicy(
  scope: Construct,
  models: s3.Bucket,
  predictors: readonly lambda.Function[],
): iam.ManagedPolicy {
  const allow = (actions: string[], resources: string[]) => new iam.PolicyStatement({ actions, resources });
  return new iam.ManagedPolicy(scope, 'Publisher', {
    description: 'dropscore: publish, check and promote models',
    statements: [
      allow(
        ['s3:PutObject', 's3:AbortMultipartUpload', 's3:GetObject', 's3:GetObjectVersion'],
        [objects(models)],
      ),
      allow(['s3:ListBucket'], [models.bucketArn]),
      allow(
        ['lambda:InvokeFunction'],
        predictors.map(({ functionArn }) => functionArn),
      ),
      allow(['cloudformation:DescribeStacks'], [Stack.of(scope).stackId]),
    ],
  });
}
