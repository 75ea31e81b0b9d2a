import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { INCOMING } from '../../core/keys.ts';
import { notifyOfObjects } from '../bucket-events.ts';
import { nodeFunction } from '../code.ts';
import { ledger, objects, readNewest, readObjects, send } from '../permissions.ts';
import type { StageFunction } from '../stage-function.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ChunkQueues, openingJobs, type StageProps, sendingChunks } from './stage-props.ts';

/**
 * The one door: a message on the intake queue. Fan-out opens the job and sends its chunks to the runtimes' queues; a source
 * that has to be unpacked first goes to unpack, which answers at the same door.
 */
export class FanOut extends Construct {
  readonly intake: WorkQueue;
  readonly function: StageFunction;

  constructor(
    scope: Construct,
    id: string,
    props: StageProps & { chunkQueues: ChunkQueues; unpackQueue: sqs.Queue },
  ) {
    super(scope, id);
    const { settings, storage, chunkQueues, unpackQueue } = props;
    const { memoryMiB, timeoutSeconds } = settings.functions.fanOut;
    this.intake = new WorkQueue(this, 'Intake', settings, timeoutSeconds);
    notifyOfObjects(storage.input, this.intake.queue, { name: 'prefix', value: INCOMING });

    this.function = nodeFunction(this, 'fan-out', props, {
      description: 'Opens a job and splits its source into chunks',
      memoryMiB,
      timeoutSeconds,
      sendsToItself: true,
      environment: {
        JOBS_TABLE: storage.jobs.tableName,
        MODELS_BUCKET: storage.models.bucketName,
        WORK_BUCKET: storage.work.bucketName,
        INTAKE_QUEUE_URL: this.intake.queue.queueUrl,
        ...sendingChunks(chunkQueues),
        UNPACK_QUEUE_URL: unpackQueue.queueUrl,
        MAX_INFLATED_BYTES: String(settings.maxInflatedBytes),
        ...openingJobs(props),
      },
    });
    this.function.consume(this.intake.queue, settings.fanOutConcurrency);
    readObjects(this.function, storage.input, storage.work);
    readNewest(this.function, storage.models);
    this.function.allow(['s3:PutObject'], [objects(storage.work, 'staged/*')]);
    ledger(this.function, storage.jobs, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem']);
    send(this.function, this.intake.queue, unpackQueue, ...chunkQueues.queues);
  }
}
