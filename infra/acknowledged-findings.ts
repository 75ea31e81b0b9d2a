import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { INCOMING } from '../core/keys.ts';
import { RESULT_FILES } from './permissions.ts';
import type { Api } from './stages/api.ts';
import type { Complete } from './stages/complete.ts';
import type { Rescore } from './stages/rescore.ts';
import type { Storage } from './stages/storage.ts';

/**
 * What the AwsSolutions rules of cdk-nag find and what stays as it is, each with its reason. Every wildcard is listed by
 * itself, so that a new one is found.
 */
export function acknowledgeFindings(
  pipeline: Construct,
  {
    storage,
    complete,
    rescore,
    api,
  }: { storage: Storage; complete: Complete; rescore: Rescore; api: Api | undefined },
): void {
  const acceptObjects = (bucket: Bucket, pattern: string, reason: string) =>
    accept(pipeline, `IAM5[Resource::<${logicalId(bucket)}.Arn>/${pattern}]`, reason);

  accept(
    storage,
    'S1',
    'Who reads what is for CloudTrail data events to record, which an account sets up once for all its buckets.',
  );
  accept(
    pipeline,
    'L1',
    'A runtime has the Python that its locked libraries have wheels for, and that its models were trained with; unpack has that of the built-in runtimes.',
  );
  accept(
    complete.setAside,
    'SQS3',
    'The end of the line: it takes what the stream gave up, has an alarm, and the watchdog wakes those jobs again.',
  );
  for (const queue of rescore.missed)
    accept(queue, 'SQS3', 'The end of the line: it takes what Scheduler could not send, and has an alarm.');
  accept(complete, 'IAM5[Resource::*]', 'dynamodb:ListStreams is not authorised by resource.');
  for (const bucket of [storage.input, storage.models, storage.work])
    acceptObjects(
      bucket,
      '*',
      'The stage reads any object of the bucket: its key comes with the message. A publisher writes models of any name.',
    );
  acceptObjects(storage.work, 'staged/*', 'Fan-out and unpack stage chunks under keys that hold the job id.');
  acceptObjects(storage.work, 'set-aside/*', 'Messages are set aside under their ids.');
  for (const pattern of RESULT_FILES)
    acceptObjects(storage.results, pattern, 'Result files lie under model and job id.');
  if (!api) return;
  acceptObjects(storage.input, `${INCOMING}*`, 'An upload is signed for a key below its model’s folder.');
  acknowledgeGateway(api);
}

function acknowledgeGateway({ gateway }: Api): void {
  for (const rule of ['APIG4', 'COG4'])
    accept(gateway, rule, 'Every method asks for an API key; preflights hold nothing.');
  accept(
    gateway,
    'APIG2',
    'The function holds requests to the same document, and its problem names the field.',
  );
  accept(
    gateway,
    'APIG3',
    'A web ACL is for an account to choose, and is associated with the stage from outside.',
  );
  accept(gateway, 'APIG6', 'Execution logs would hold bodies; the access log has ids and figures.');
  accept(
    gateway,
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    'API Gateway writes the access logs of all APIs by this one role of the account, which AWS wrote the policy for.',
  );
}

const accept = (scope: Construct, rule: string, reason: string) =>
  Validations.of(scope).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });

const logicalId = (bucket: Bucket): string =>
  Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnElement);
