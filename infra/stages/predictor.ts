import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { predictorCode } from '../code.ts';
import { maximumConcurrency } from '../derived-settings.ts';
import { ledger, objects, readObjects, send } from '../permissions.ts';
import { predictorLayers } from '../predictor-layer.ts';
import type { RuntimeSettings } from '../settings.ts';
import { StageFunction } from '../stage-function.ts';
import { WorkQueue } from '../work-queue.ts';
import type { StageProps } from './stage-props.ts';

/** One runtime: its chunk queue, and the predictor that scores a chunk with the libraries of that runtime. */
export class Predictor extends Construct {
  readonly name: string;
  readonly chunks: WorkQueue;
  readonly function: StageFunction;

  constructor(scope: Construct, id: string, props: StageProps & { name: string; runtime: RuntimeSettings }) {
    super(scope, id);
    const { settings, storage, name, runtime } = props;
    this.name = name;
    this.chunks = new WorkQueue(this, 'Chunks', settings, runtime.timeoutSeconds);

    this.function = new StageFunction(this, 'Stage', {
      settings,
      description: `Scores chunks with models of the runtime ${name}`,
      code: predictorCode(props.code),
      runtime: lambda.Runtime.PYTHON_3_13,
      handler: 'dropscore_predictor.handler.handler',
      layers: predictorLayers(this, name, runtime, settings),
      memoryMiB: runtime.memoryMiB,
      timeoutSeconds: runtime.timeoutSeconds,
      sendsToItself: true,
      environment: {
        JOBS_TABLE: storage.jobs.tableName,
        SCORES_TABLE: storage.scores.tableName,
        MODELS_BUCKET: storage.models.bucketName,
        RESULTS_BUCKET: storage.results.bucketName,
        CHUNK_QUEUE_URL: this.chunks.queue.queueUrl,
        RUNTIME: name,
        WRITE_THREADS: String(settings.writeThreads),
      },
    });
    this.function.consume(this.chunks.queue, maximumConcurrency(settings, runtime));
    readObjects(this.function, storage.input, storage.work, storage.models);
    this.function.allow(['s3:PutObject'], [objects(storage.results, 'results/*')]);
    ledger(this.function, storage.jobs, ['GetItem', 'UpdateItem']);
    this.function.allow(['dynamodb:BatchWriteItem'], [storage.scores.tableArn]);
    send(this.function, this.chunks.queue);
  }
}
