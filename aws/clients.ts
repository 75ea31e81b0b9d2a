import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** SDK clients by ordinary AWS configuration. Path-style S3, since a local endpoint has no bucket host names. */
export interface AwsOptions {
  region?: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** Instead of so many tries as a client has by itself. */
  retryStrategy?: NonNullable<SQSClientConfig['retryStrategy']>;
}

export const documentClient = (options: AwsOptions = {}): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ ...options, maxAttempts: 8 }), {
    // Statistics and scores are doubles of any size; by default the SDK takes none above 2^53, and reads such ones as BigInt.
    marshallOptions: { removeUndefinedValues: true, allowImpreciseNumbers: true },
    unmarshallOptions: { wrapNumbers: Number },
  });

export const s3Client = (
  options: AwsOptions & Pick<S3ClientConfig, 'requestChecksumCalculation'> = {},
): S3Client => new S3Client({ ...options, forcePathStyle: isLocal(options), maxAttempts: 5 });

export const sqsClient = (options: AwsOptions = {}): SQSClient =>
  new SQSClient({ ...options, maxAttempts: 5 });

export const eventBridgeClient = (options: AwsOptions = {}): EventBridgeClient =>
  new EventBridgeClient({ ...options, maxAttempts: 5 });

export const apiGatewayClient = (options: AwsOptions = {}): APIGatewayClient =>
  new APIGatewayClient({ ...options, maxAttempts: 5 });

export const lambdaClient = (options: AwsOptions = {}): LambdaClient =>
  new LambdaClient({ ...options, maxAttempts: 8 });

function isLocal({ endpoint }: AwsOptions): boolean {
  return Boolean(endpoint ?? process.env.AWS_ENDPOINT_URL ?? process.env.AWS_ENDPOINT_URL_S3);
}
