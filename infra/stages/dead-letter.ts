import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { nodeFunction } from '../code.ts';
import { ledger, objects, readNewest } from '../permissions.ts';
import type { StageFunction } from '../stage-function.ts';
import { openingJobs, type StageProps } from './stage-props.ts';

/** Gives lost messages their end in the ledger: a chunk written off, a job failed. */
export class DeadLetter extends Construct {
  readonly function: StageFunction;

  constructor(scope: Construct, id: string, props: StageProps & { queues: sqs.Queue[] }) {
    super(scope, id);
    const { settings, storage } = props;
    this.function = nodeFunction(this, 'dead-letter', props, {
      description: 'Writes off what could not be processed',
      ...settings.functions.deadLetter,
      environment: {
        JOBS_TABLE: storage.jobs.tableName,
        WORK_BUCKET: storage.work.bucketName,
        ...openingJobs(props),
      },
    });
    for (const queue of props.queues) this.function.consume(queue, 2);
    ledger(this.function, storage.jobs, ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem']);
    readNewest(this.function, storage.input);
    this.function.allow(['s3:PutObject'], [objects(storage.work, 'set-aside/*')]);
  }
}
