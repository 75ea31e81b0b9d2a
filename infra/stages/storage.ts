import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { SHADOW_RESULTS } from '../../core/keys.ts';
import type { Settings } from '../settings.ts';

const STRING = dynamodb.AttributeType.STRING;

/** What outlives a deployment: four buckets and two tables. All are kept when the stack is deleted. */
export class Storage extends Construct {
  /** Sources as they were dropped. */
  readonly input: s3.Bucket;
  /** Manifests and artifacts. Whoever may write here runs code as the predictor. */
  readonly models: s3.Bucket;
  /** Staged chunks, and messages that were set aside. */
  readonly work: s3.Bucket;
  readonly results: s3.Bucket;
  readonly jobs: dynamodb.Table;
  readonly scores: dynamodb.Table;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const keepNoncurrent = Duration.days(settings.noncurrentVersionDays);
    this.input = this.#bucket('Input', { noncurrentVersionExpiration: keepNoncurrent });
    this.models = this.#bucket('Models', { noncurrentVersionExpiration: keepNoncurrent });
    this.work = this.#bucket('Work', {
      expiration: Duration.days(settings.workRetentionDays),
      // Chunks name versions, and staging a source again makes newer ones.
      noncurrentVersionExpiration: Duration.days(settings.workRetentionDays),
    });
    const { resultsRetentionDays, scoresRetentionDays } = settings;
    this.results = this.#bucket(
      'Results',
      {
        noncurrentVersionExpiration: keepNoncurrent,
        ...(resultsRetentionDays && { expiration: Duration.days(resultsRetentionDays) }),
      },
      // All that a shadow job writes is files: they must not outlive items where those alone are to expire.
      ...(scoresRetentionDays
        ? [{ prefix: SHADOW_RESULTS, expiration: Duration.days(scoresRetentionDays) }]
        : []),
    );

    this.jobs = this.#table('Jobs', STRING, { stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES });
    this.jobs.addGlobalSecondaryIndex({
      indexName: 'open-jobs',
      partitionKey: { name: 'openShard', type: STRING },
      sortKey: { name: 'openSince', type: STRING },
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    });
    this.jobs.addGlobalSecondaryIndex({
      indexName: 'by-month',
      partitionKey: { name: 'month', type: STRING },
      sortKey: { name: 'createdAt', type: STRING },
    });
    this.jobs.addGlobalSecondaryIndex({
      indexName: 'by-model',
      partitionKey: { name: 'modelOfPast', type: STRING },
      sortKey: { name: 'sourcePlace', type: STRING },
      projectionType: dynamodb.ProjectionType.INCLUDE,
      nonKeyAttributes: ['jobId', 'source', 'sourceTime', 'createdAt', 'model', 'runId'],
    });

    this.scores = this.#table('Scores', dynamodb.AttributeType.NUMBER, {
      ...(scoresRetentionDays && { timeToLiveAttribute: 'expiresAt' }),
    });
    this.scores.addGlobalSecondaryIndex({
      indexName: 'by-record',
      partitionKey: { name: 'record', type: STRING },
      sortKey: { name: 'recordOrder', type: STRING },
    });
  }

  #bucket(id: string, lifecycle: s3.LifecycleRule, ...more: s3.LifecycleRule[]): s3.Bucket {
    return new s3.Bucket(this, id, {
      versioned: true,
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ ...lifecycle, abortIncompleteMultipartUploadAfter: Duration.days(7) }, ...more],
    });
  }

  #table(
    id: string,
    sortKeyType: dynamodb.AttributeType,
    props: Partial<dynamodb.TableProps>,
  ): dynamodb.Table {
    return new dynamodb.Table(this, id, {
      ...props,
      partitionKey: { name: 'pk', type: STRING },
      sortKey: { name: 'sk', type: sortKeyType },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
