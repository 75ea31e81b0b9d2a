import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { resourcesOf, type Statement, statementsOf, synthesised } from './synthesised.ts';

const template = synthesised();
const buckets = resourcesOf(template, 'AWS::S3::Bucket');
const tables = resourcesOf(template, 'AWS::DynamoDB::Table');

/** Whether a policy refuses everything that does not come over TLS. */
const refusesPlainHttp = (statements: Statement[]) =>
  statements.some(
    ({ Effect, Action, Condition }) =>
      Effect === 'Deny' &&
      /^(s3|sqs):\*$/.test(String(Action)) &&
      JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
  );

describe('buckets', () => {
  test('are four', () => expect(buckets).toHaveLength(4));

  test.each(buckets)('%s is versioned, encrypted, not public, and kept', (_id, bucket) => {
    expect(bucket).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(bucket.Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  test.each(buckets)('%s refuses plain HTTP', (id) => {
    const policies = resourcesOf(template, 'AWS::S3::BucketPolicy').map(([, { Properties }]) => Properties);
    const own = policies.filter(({ Bucket }) => JSON.stringify(Bucket) === JSON.stringify({ Ref: id }));
    expect(own).toHaveLength(1);
    expect(refusesPlainHttp(statementsOf(own[0]))).toBe(true);
  });

  test.each(buckets)('%s drops old versions and abandoned uploads', (_id, { Properties }) => {
    expect(Properties.LifecycleConfiguration).toMatchObject({
      Rules: [
        {
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          NoncurrentVersionExpiration: { NoncurrentDays: expect.any(Number) },
        },
      ],
    });
  });

  test('keep results for ever, unless told otherwise', () => {
    const expiry = (of: ReturnType<typeof synthesised>, bucket: string) => {
      const [found] = resourcesOf(of, 'AWS::S3::Bucket').filter(([id]) => id.startsWith(bucket));
      const rules = found?.[1].Properties.LifecycleConfiguration as
        | { Rules: { ExpirationInDays?: number }[] }
        | undefined;
      return rules?.Rules[0]?.ExpirationInDays;
    };
    expect(expiry(template, 'StorageResults')).toBeUndefined();
    expect(expiry(synthesised({ resultsRetentionDays: 400 }), 'StorageResults')).toBe(400);
    expect(expiry(template, 'StorageWork')).toBe(30);
  });
});

test('a drop below incoming/ is told to the intake queue, once its policy lets S3 in', () => {
  const [input] = buckets.filter(([id]) => id.startsWith('StorageInput'));
  expect(input?.[1].Properties.NotificationConfiguration).toEqual({
    QueueConfigurations: [
      {
        Event: 's3:ObjectCreated:*',
        Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'incoming/' }] } },
        Queue: { 'Fn::GetAtt': [expect.stringMatching(/^FanOutIntakeQueue/), 'Arn'] },
      },
    ],
  });
  expect(input?.[1].DependsOn).toEqual([expect.stringMatching(/^FanOutIntakeQueuePolicy/)]);
  template.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: 'sqs:SendMessage',
          Principal: { Service: 's3.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ]),
    },
  });
});

describe('tables', () => {
  test.each(tables)('%s is on demand, recoverable, and kept', (_id, table) => {
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(table.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  test('Jobs has a stream with both images, the sparse index of open jobs, one by month and one by model', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'open-jobs',
          KeySchema: [
            { AttributeName: 'openShard', KeyType: 'HASH' },
            { AttributeName: 'openSince', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
        {
          IndexName: 'by-month',
          KeySchema: [
            { AttributeName: 'month', KeyType: 'HASH' },
            { AttributeName: 'createdAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
        {
          IndexName: 'by-model',
          KeySchema: [
            { AttributeName: 'modelOfPast', KeyType: 'HASH' },
            { AttributeName: 'sourcePlace', KeyType: 'RANGE' },
          ],
          Projection: {
            ProjectionType: 'INCLUDE',
            NonKeyAttributes: ['jobId', 'source', 'sourceTime', 'createdAt', 'model', 'runId'],
          },
        },
      ],
    });
  });

  test('Scores sorts by row number, and finds a record newest first', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      AttributeDefinitions: Match.arrayWith([
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'N' },
      ]),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-record',
          KeySchema: [
            { AttributeName: 'record', KeyType: 'HASH' },
            { AttributeName: 'recordOrder', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      TimeToLiveSpecification: Match.absent(),
    });
  });

  test('scores expire only where a retention is set, with the files of shadows, and fan-out is told', () => {
    const expiring = synthesised({ scoresRetentionDays: 90 });
    expiring.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Prefix: 'shadow/', ExpirationInDays: 90 })]),
      },
    });
    expiring.hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    expiring.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ SCORES_RETENTION_DAYS: '90' }) },
    });
  });
});

test.each(resourcesOf(template, 'AWS::SQS::Queue'))(
  'queue %s is encrypted and refuses plain HTTP',
  (id, queue) => {
    expect(queue.Properties.SqsManagedSseEnabled).toBe(true);
    const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => Properties);
    const own = policies.filter(({ Queues }) => JSON.stringify(Queues) === JSON.stringify([{ Ref: id }]));
    expect(own).toHaveLength(1);
    expect(refusesPlainHttp(statementsOf(own[0]))).toBe(true);
  },
);
