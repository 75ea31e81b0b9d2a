import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { JobSettings, RescoreRequest } from '../contracts/generated/types.ts';
import type { AwsOptions } from './clients.ts';

/** Where a deployed stack is, and what its resources are called. */
export interface DeployedStack {
  account: string;
  region: string;
  resources: StackResources;
}

export interface StackResources {
  inputBucket: string;
  modelsBucket: string;
  workBucket: string;
  resultsBucket: string;
  jobsTable: string;
  scoresTable: string;
  intakeQueueUrl: string;
  rescoreQueueUrl: string;
  /** JSON: by name, when a schedule fires and what it asks for. */
  schedules: string;
  /** JSON: by name, what serves a model and with which libraries. */
  runtimes: string;
  /** JSON: how jobs are split and scored; absent where the stack was deployed by an earlier release. */
  scoring?: string;
  /** As on AWS; absent where the settings leave the HTTP API out. */
  apiUrl?: string;
  apiUsagePlan?: string;
}

/** An entry of the stack's schedules. */
export interface DeployedSchedule {
  when: string;
  timeZone: string;
  enabled: boolean;
  request: RescoreRequest;
}

/** An entry of the stack's runtimes. */
export interface DeployedRuntime {
  /** The function's name. */
  function: string;
  python: string;
  libraries: Record<string, string>;
}

/** The stack's `scoring`: what a job that is opened now would pin, and what bounds its pace. */
export interface DeployedScoring extends Omit<JobSettings, 'expiresAt' | 'toleratedErrors'> {
  maxInflatedBytes: number;
  scoresRetentionDays?: number;
  writeUnitsPerSecond: number;
  /** By the runtime's name. */
  predictors: Record<string, { memoryMiB: number; maximumConcurrency: number }>;
}

/** The stack's outputs, by what the code calls them. */
const OUTPUTS: Record<keyof StackResources, string> = {
  inputBucket: 'InputBucket',
  modelsBucket: 'ModelsBucket',
  workBucket: 'WorkBucket',
  resultsBucket: 'ResultsBucket',
  jobsTable: 'JobsTable',
  scoresTable: 'ScoresTable',
  intakeQueueUrl: 'IntakeQueueUrl',
  rescoreQueueUrl: 'RescoreQueueUrl',
  schedules: 'Schedules',
  runtimes: 'Runtimes',
  scoring: 'Scoring',
  apiUrl: 'ApiUrl',
  apiUsagePlan: 'ApiUsagePlan',
};

const OPTIONAL: readonly string[] = ['scoring', 'apiUrl', 'apiUsagePlan'] satisfies (keyof StackResources)[];

/**
 * Reads the stack's outputs. Account and region come from its ARN, so that no call to STS is needed.
 *
 * @throws a ValidationError of CloudFormation where there is no such stack, an Error where it has not these
 * outputs.
 */
export async function describeStack(options: AwsOptions, name: string): Promise<DeployedStack> {
  const client = new CloudFormationClient({ ...options, maxAttempts: 5 });
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
  client.destroy();
  const [stack] = Stacks ?? [];
  const outputs = new Map(
    (stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  const [, , , region = '', account = ''] = (stack?.StackId ?? '').split(':');
  const resources = Object.fromEntries(
    Object.entries(OUTPUTS).flatMap(([resource, output]) => {
      const value = outputs.get(output);
      return value ? [[resource, value]] : [];
    }),
  );
  const missing = Object.keys(OUTPUTS).filter((name) => !OPTIONAL.includes(name) && !resources[name]);
  if (missing.length > 0)
    throw new Error(
      `Stack ${name} is ${stack?.StackStatus ?? 'in an unknown state'} and has no output for ${missing.join(', ')}: is it a dropscore stack, fully deployed?`,
    );
  return { account, region, resources: resources as unknown as StackResources };
}
