import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type AwsOptions, s3Client } from './clients.ts';
import { isMissing } from './s3-objects.ts';

/** A template and the files that it refers to. */
export interface Deployment {
  stack: string;
  template: string;
  /** Buckets are created where they are missing; an asset whose key is there already is not sent again. */
  assets: { bucket: string; key: string; body: () => Buffer }[];
}

const POLL_MS = 50;

/**
 * Creates the stack, or updates it where it exists, and waits for the end.
 *
 * @throws with the reason of the first resource that failed.
 */
export async function deployStack(
  options: AwsOptions,
  deployment: Deployment,
): Promise<'created' | 'updated'> {
  const client = new CloudFormationClient({ ...options, maxAttempts: 5 });
  try {
    const exists = (await readStack(client, deployment.stack)) !== undefined;
    const request = {
      StackName: deployment.stack,
      TemplateURL: await upload(s3Client(options), deployment),
      Capabilities: ['CAPABILITY_IAM' as const],
    };
    await client.send(exists ? new UpdateStackCommand(request) : new CreateStackCommand(request));
    await waitForEnd(client, deployment.stack);
    return exists ? 'updated' : 'created';
  } catch (error) {
    if (error instanceof Error && error.message.includes('No updates are to be performed')) return 'updated';
    throw error;
  } finally {
    client.destroy();
  }
}

/** Turns expiry on for a table of the stack, named by its id in the template. */
export async function enableTimeToLive(
  options: AwsOptions,
  stack: string,
  { logicalId, attribute }: { logicalId: string; attribute: string },
): Promise<void> {
  const stacks = new CloudFormationClient({ ...options, maxAttempts: 5 });
  const tables = new DynamoDBClient({ ...options, maxAttempts: 5 });
  const { StackResourceDetail } = await stacks.send(
    new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: logicalId }),
  );
  await tables.send(
    new UpdateTimeToLiveCommand({
      TableName: StackResourceDetail?.PhysicalResourceId,
      TimeToLiveSpecification: { Enabled: true, AttributeName: attribute },
    }),
  );
  stacks.destroy();
  tables.destroy();
}

/** @returns the address of the template, which is too large to be sent inline. */
async function upload(s3: S3Client, { template, assets }: Deployment): Promise<string> {
  const [bucket] = assets.map((asset) => asset.bucket);
  if (!bucket) throw new Error('The deployment has no assets, so it names no bucket for its template.');
  const key = `${createHash('sha256').update(template).digest('hex')}.template.json`;
  for (const name of new Set(assets.map((asset) => asset.bucket)))
    await s3.send(new CreateBucketCommand({ Bucket: name })).catch(unlessExists);
  for (const asset of [...assets, { bucket, key, body: () => Buffer.from(template) }]) {
    const location = { Bucket: asset.bucket, Key: asset.key };
    const there = await s3.send(new HeadObjectCommand(location)).catch(undefinedIfMissing);
    if (!there) await s3.send(new PutObjectCommand({ ...location, Body: asset.body() }));
  }
  s3.destroy();
  return `https://s3.amazonaws.com/${bucket}/${key}`;
}

async function waitForEnd(client: CloudFormationClient, name: string): Promise<void> {
  for (;;) {
    const status = (await readStack(client, name))?.StackStatus ?? 'gone';
    if (status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE') return;
    if (!status.endsWith('_IN_PROGRESS'))
      throw new Error(`Stack ${name} ended as ${status}: ${await firstFailure(client, name)}`);
    await sleep(POLL_MS);
  }
}

async function readStack(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

/** Events come newest first; what failed first is the cause, the rest was cancelled because of it. */
async function firstFailure(client: CloudFormationClient, name: string): Promise<string> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: name }));
  const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED')).at(-1);
  return failed
    ? `${failed.LogicalResourceId}: ${failed.ResourceStatusReason ?? 'no reason given'}`
    : 'no reason given';
}

function unlessExists(error: unknown): void {
  if (error instanceof Error && ['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes(error.name))
    return;
  throw error;
}

function undefinedIfMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}
