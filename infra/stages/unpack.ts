import path from 'node:path';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { lambdaPython, libraryLayer } from '../library-layer.ts';
import { ledger, objects, readVersions, send } from '../permissions.ts';
import { predictorCode } from '../predictor-code.ts';
import { REQUIREMENTS } from '../runtime.ts';
import { StageFunction } from '../stage-function.ts';
import { WorkQueue } from '../work-queue.ts';
import type { StageProps } from './stage-props.ts';

const PYTHON = '3.13';
const LIBRARIES = { of: 'unpack', lock: path.join(REQUIREMENTS, 'unpack.txt'), pythonVersion: PYTHON };

/**
 * Decodes the joblib sources that cannot be read in place, stages their rows, and tells fan-out. What it reads may be
 * hostile: it has the predictor's sources, but neither its libraries of models nor its rights.
 */
export class Unpack extends Construct {
  readonly sources: WorkQueue;
  readonly function: StageFunction;

  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id);
    const { settings, storage } = props;
    const { memoryMiB, timeoutSeconds } = settings.functions.unpack;
    this.sources = new WorkQueue(this, 'Sources', settings, timeoutSeconds);

    this.function = new StageFunction(this, 'Stage', {
      settings,
      description: 'Decodes joblib sources and stages their rows',
      code: predictorCode(props, PYTHON),
      runtime: lambdaPython(PYTHON),
      handler: 'dropscore_predictor.unpack_handler.handler',
      ...(!settings.local && { layers: [libraryLayer(this, LIBRARIES, settings)] }),
      memoryMiB,
      timeoutSeconds,
      sendsToItself: true,
      environment: {
        JOBS_TABLE: storage.jobs.tableName,
        WORK_BUCKET: storage.work.bucketName,
        UNPACK_QUEUE_URL: this.sources.queue.queueUrl,
      },
    });
    this.function.consume(this.sources.queue, settings.unpackConcurrency);
    readVersions(this.function, storage.input);
    this.function.allow(['s3:PutObject'], [objects(storage.work, 'staged/*')]);
    ledger(this.function, storage.jobs, ['GetItem', 'UpdateItem']);
    send(this.function, this.sources.queue);
  }

  /** Names the queue that its answers go to. Fan-out, whose queue that is, has to know the one of this stage first. */
  answerTo(intake: sqs.Queue): void {
    this.function.function.addEnvironment('INTAKE_QUEUE_URL', intake.queueUrl);
    send(this.function, intake);
  }
}
