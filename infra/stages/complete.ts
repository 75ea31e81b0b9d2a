import { Duration } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { TERMINAL } from '../../core/job.ts';
import { RUN, STATE } from '../../core/keys.ts';
import { ENDED } from '../../core/rescore/run.ts';
import { nodeFunction } from '../code.ts';
import { ledger, resultFiles, send } from '../permissions.ts';
import type { StageFunction } from '../stage-function.ts';
import { deadLetterQueue } from '../work-queue.ts';
import type { StageProps } from './stage-props.ts';

/**
 * What `complete` is woken by, as DynamoDB writes items into its stream (numbers are strings there): a running job whose
 * chunks are all accounted for; an ended job whose event is still to be sent, which is what `openShard` says; and a held one
 * whose event is; and a run that has ended, likewise. The second passes a job that is opened as failed, and a touch by the watchdog, and not the write that marks
 * it announced; the third likewise.
 */
const STREAM_FILTERS: Record<string, unknown>[] = [
  {
    dynamodb: {
      NewImage: {
        sk: { S: [STATE] },
        status: { S: ['running'] },
        splitDone: { BOOL: [true] },
        remaining: { N: ['0'] },
      },
    },
  },
  {
    dynamodb: {
      NewImage: { sk: { S: [STATE] }, status: { S: [...TERMINAL] }, openShard: { S: [{ exists: true }] } },
    },
  },
  {
    dynamodb: {
      NewImage: {
        sk: { S: [STATE] },
        status: { S: ['running'] },
        held: { M: { untold: { BOOL: [true] } } },
      },
    },
  },
  { dynamodb: { NewImage: { sk: { S: [RUN] }, status: { S: [...ENDED] }, untold: { BOOL: [true] } } } },
];

/** Ends a job whose chunks are all accounted for, announces every job that has ended or is held, and starts shadows. */
export class Complete extends Construct {
  readonly function: StageFunction;
  /** Positions in the stream that failed every time. The watchdog wakes their jobs again. */
  readonly setAside: sqs.Queue;

  constructor(
    scope: Construct,
    id: string,
    props: StageProps & { bus: events.EventBus; intake: sqs.IQueue; rescoreQueue: sqs.IQueue },
  ) {
    super(scope, id);
    const { settings, storage, bus, intake, rescoreQueue } = props;
    this.setAside = deadLetterQueue(this, 'SetAside', settings);
    this.function = nodeFunction(this, 'complete', props, {
      description:
        'Summarises and announces jobs that have ended, starts their shadows, and announces holds and runs',
      ...settings.functions.complete,
      environment: {
        JOBS_TABLE: storage.jobs.tableName,
        RESULTS_BUCKET: storage.results.bucketName,
        EVENT_BUS: bus.eventBusName,
        INTAKE_QUEUE_URL: intake.queueUrl,
        RESCORE_QUEUE_URL: rescoreQueue.queueUrl,
      },
    });
    ledger(this.function, storage.jobs, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem']);
    this.function.allow(['s3:PutObject'], resultFiles(storage.results));
    this.function.allow(['events:PutEvents'], [bus.eventBusArn]);
    send(this.function, intake, rescoreQueue);
    this.#followStream(props);
  }

  #followStream({ storage }: StageProps): void {
    const stream = storage.jobs.tableStreamArn;
    if (!stream) throw new Error('The Jobs table has no stream.');
    this.function.allow(
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      [stream],
    );
    // ListStreams is not authorised by resource.
    this.function.allow(['dynamodb:ListStreams'], ['*']);
    send(this.function, this.setAside);
    new lambda.EventSourceMapping(this, 'Stream', {
      target: this.function.function,
      eventSourceArn: stream,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: 10,
      bisectBatchOnError: true,
      retryAttempts: 10,
      maxRecordAge: Duration.hours(12),
      onFailure: { bind: () => ({ destination: this.setAside.queueArn }) },
      filters: STREAM_FILTERS.map((pattern) => ({ pattern: JSON.stringify(pattern) })),
    });
  }
}
