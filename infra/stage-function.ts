import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

export const lambdaArchitecture = ({ architecture }: Settings): lambda.Architecture =>
  architecture === 'arm64' ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64;

export interface StageFunctionProps {
  settings: Settings;
  description: string;
  code: lambda.Code;
  runtime: lambda.Runtime;
  handler: string;
  memoryMiB: number;
  timeoutSeconds: number;
  ephemeralStorageMiB?: number;
  environment: Record<string, string>;
  layers?: lambda.ILayerVersion[];
  /** Published versions start from a snapshot. */
  snapStart?: boolean;
  /** The function puts messages on the queue that it is fed from; Lambda would take that for a runaway loop. */
  sendsToItself?: boolean;
}

/** A Lambda function with a role and a log group of its own. It may do nothing but what `allow` lists. */
export class StageFunction extends Construct {
  readonly function: lambda.Function;
  readonly #role: iam.Role;

  constructor(scope: Construct, id: string, props: StageFunctionProps) {
    super(scope, id);
    const { settings } = props;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `dropscore: ${props.description}`,
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      code: props.code,
      runtime: props.runtime,
      handler: props.handler,
      architecture: lambdaArchitecture(settings),
      memorySize: props.memoryMiB,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: props.environment,
      ...(props.ephemeralStorageMiB && { ephemeralStorageSize: Size.mebibytes(props.ephemeralStorageMiB) }),
      ...(props.snapStart && { snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS }),
      ...(props.layers && { layers: props.layers }),
      role: this.#role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      ...(props.sendsToItself && { recursiveLoop: lambda.RecursiveLoop.ALLOW }),
    });
  }

  /** Adds a statement to the function's role: exact actions on exact resources. */
  allow(actions: string[], resources: string[]): void {
    this.#role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
  }

  /** Feeds the function from a queue, a message at a time: a crash takes no neighbours with it. */
  consume(queue: sqs.IQueue, maxConcurrency: number): void {
    this.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      [queue.queueArn],
    );
    new lambda.EventSourceMapping(this, `From${queue.node.path.split('/').slice(-3).join('')}`, {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: 1,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
