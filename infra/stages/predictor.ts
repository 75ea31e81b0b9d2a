import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { maximumConcurrency } from '../derived-settings.ts';
import { ledger, readNewest, readVersions, resultFiles, send } from '../permissions.ts';
import { predictorPackage } from '../predictor-package.ts';
import { localEnvironment, type RuntimeFacts } from '../runtime.ts';
import type { RuntimeSettings } from '../settings.ts';
import { StageFunction } from '../stage-function.ts';
import { WorkQueue } from '../work-queue.ts';
import type { StageProps } from './stage-props.ts';

export interface PredictorProps extends StageProps {
  name: string;
  runtime: RuntimeSettings;
  /** Of all runtimes, for a refusal to name the one that fits. */
  facts: Readonly<Record<string, RuntimeFacts>>;
}

/** One runtime: its chunk queue, and the predictor that scores a chunk with the libraries of that runtime. */
export class Predictor extends Construct {
  readonly name: string;
  readonly chunks: WorkQueue;
  readonly function: StageFunction;
  /** What the HTTP API asks: the function, or an alias of it that starts sooner. */
  readonly answering: { readonly functionArn: string };

  constructor(scope: Construct, id: string, props: PredictorProps) {
    super(scope, id);
    const { settings, storage, name, runtime } = props;
    this.name = name;
    this.chunks = new WorkQueue(this, 'Chunks', settings, runtime.timeoutSeconds);

    this.function = new StageFunction(this, 'Stage', {
      settings,
      description: `Scores chunks with models of the runtime ${name}`,
      ...predictorPackage(this, props),
      memoryMiB: runtime.memoryMiB,
      timeoutSeconds: runtime.timeoutSeconds,
      ephemeralStorageMiB: runtime.ephemeralStorageMiB,
      sendsToItself: true,
      snapStart: runtime.http.snapStart,
      environment: {
        JOBS_TABLE: storage.jobs.tableName,
        SCORES_TABLE: storage.scores.tableName,
        MODELS_BUCKET: storage.models.bucketName,
        RESULTS_BUCKET: storage.results.bucketName,
        CHUNK_QUEUE_URL: this.chunks.queue.queueUrl,
        RUNTIME: name,
        RUNTIMES: JSON.stringify(props.facts),
        WRITE_THREADS: String(settings.writeThreads),
        ...interpreter(props),
      },
    });
    this.function.consume(this.chunks.queue, maximumConcurrency(settings, runtime));
    readVersions(this.function, storage.input, storage.work);
    readNewest(this.function, storage.models);
    // The scores of a job that another renews are read beside it.
    this.function.allow(['s3:GetObject', 's3:PutObject'], resultFiles(storage.results));
    this.function.allow(['s3:ListBucket'], [storage.results.bucketArn]);
    ledger(this.function, storage.jobs, ['GetItem', 'Query', 'UpdateItem']);
    this.function.allow(['dynamodb:BatchWriteItem', 'dynamodb:Query'], [storage.scores.tableArn]);
    send(this.function, this.chunks.queue);
    this.answering = this.#answering(runtime);
  }

  #answering({ http: { snapStart, provisionedConcurrency } }: RuntimeSettings): {
    readonly functionArn: string;
  } {
    const { function: predictor } = this.function;
    if (!snapStart && !provisionedConcurrency) return predictor;
    return new lambda.Alias(this, 'Http', {
      aliasName: 'http',
      version: predictor.currentVersion as lambda.IVersion,
      ...(provisionedConcurrency && { provisionedConcurrentExecutions: provisionedConcurrency }),
    });
  }
}

/** On the embedded host a runtime with libraries of its own runs under an interpreter of its own. */
function interpreter({ settings, name, runtime }: PredictorProps): Record<string, string> {
  const own = settings.local ? localEnvironment(name, runtime) : undefined;
  return own ? { DROPSCORE_PYTHON: own.python } : {};
}
