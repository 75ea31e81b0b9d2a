import { Stack } from 'aws-cdk-lib';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { INCOMING } from '../../core/keys.ts';
import { nodeFunction } from '../code.ts';
import { Gateway } from '../gateway.ts';
import { ledger, objects, readNewest, readObjects, resultFiles, send } from '../permissions.ts';
import type { StageFunction } from '../stage-function.ts';
import type { Predictor } from './predictor.ts';
import type { StageProps } from './stage-props.ts';

/** The gateway waits no longer. */
const TIMEOUT_SECONDS = 29;

/** The HTTP door: predictions at once from the predictors themselves, jobs through the intake queue, scores from the tables. */
export class Api extends Construct {
  readonly function: StageFunction;
  readonly gateway: Gateway;

  constructor(
    scope: Construct,
    id: string,
    props: StageProps & { intake: sqs.IQueue; predictors: Predictor[] },
  ) {
    super(scope, id);
    const { settings, storage, intake, predictors } = props;
    const answering = Object.fromEntries(predictors.map((of) => [of.name, of.answering.functionArn]));
    this.function = nodeFunction(this, 'api', props, {
      description: 'Answers the HTTP API',
      memoryMiB: settings.api.memoryMiB,
      timeoutSeconds: TIMEOUT_SECONDS,
      environment: {
        JOBS_TABLE: storage.jobs.tableName,
        SCORES_TABLE: storage.scores.tableName,
        MODELS_BUCKET: storage.models.bucketName,
        INPUT_BUCKET: storage.input.bucketName,
        RESULTS_BUCKET: storage.results.bucketName,
        INTAKE_QUEUE_URL: intake.queueUrl,
        PREDICTORS: Stack.of(this).toJsonString(answering),
        CORS_ORIGINS: JSON.stringify(settings.api.corsOrigins),
      },
    });
    readObjects(this.function, storage.input);
    readNewest(this.function, storage.models);
    this.function.allow(['s3:GetObject'], resultFiles(storage.results));
    this.function.allow(['s3:ListBucket'], [storage.results.bucketArn]);
    // For the uploads that it signs: such an address can do what its signer may.
    this.function.allow(['s3:PutObject'], [objects(storage.input, `${INCOMING}*`)]);
    ledger(this.function, storage.jobs, ['GetItem', 'BatchGetItem', 'Query']);
    this.function.allow(
      ['dynamodb:Query'],
      [
        `${storage.jobs.tableArn}/index/by-month`,
        storage.scores.tableArn,
        `${storage.scores.tableArn}/index/by-record`,
      ],
    );
    send(this.function, intake);
    this.function.allow(['lambda:InvokeFunction'], Object.values(answering));
    this.gateway = new Gateway(this, 'Gateway', settings, this.function.function);
  }
}
