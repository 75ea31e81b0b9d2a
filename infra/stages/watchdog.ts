import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { nodeFunction } from '../code.ts';
import { ledger, send } from '../permissions.ts';
import type { StageFunction } from '../stage-function.ts';
import { type ChunkQueues, type StageProps, sendingChunks } from './stage-props.ts';

/** Goes round the open jobs and sends again, from the ledger, what those wait for that stand still. */
export class Watchdog extends Construct {
  readonly function: StageFunction;

  constructor(
    scope: Construct,
    id: string,
    props: StageProps & { intake: sqs.IQueue; chunkQueues: ChunkQueues; rescoreQueue: sqs.IQueue },
  ) {
    super(scope, id);
    const { settings, storage, intake, chunkQueues, rescoreQueue } = props;
    this.function = nodeFunction(this, 'watchdog', props, {
      description: 'Re-sends what stands still',
      ...settings.functions.watchdog,
      environment: {
        JOBS_TABLE: storage.jobs.tableName,
        INTAKE_QUEUE_URL: intake.queueUrl,
        RESCORE_QUEUE_URL: rescoreQueue.queueUrl,
        ...sendingChunks(chunkQueues),
        STALE_MINUTES: String(settings.watchdog.staleMinutes),
      },
    });
    ledger(this.function, storage.jobs, ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem']);
    this.function.allow(['dynamodb:Query'], [`${storage.jobs.tableArn}/index/open-jobs`]);
    send(this.function, intake, rescoreQueue, ...chunkQueues.queues);
    new events.Rule(this, 'Round', {
      description: 'dropscore: a round of the watchdog',
      schedule: events.Schedule.rate(Duration.minutes(settings.watchdog.everyMinutes)),
      targets: [new LambdaFunction(this.function.function)],
    });
  }
}
