import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { documentClient, lambdaClient, s3Client, sqsClient } from '../../aws/clients.ts';
import { dynamodbLedger } from '../../aws/dynamodb-ledger.ts';
import { dynamodbScoreReader } from '../../aws/dynamodb-score-reader.ts';
import { setting } from '../../aws/environment.ts';
import { predictBy } from '../../aws/lambda-predictor.ts';
import { s3Models } from '../../aws/s3-models.ts';
import { findObject, getObject } from '../../aws/s3-objects.ts';
import { presignPut } from '../../aws/s3-presigned-put.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import { cachedModels } from '../../core/cached-models.ts';
import { answer } from './api.ts';
import { corsHeaders } from './cors.ts';
import type { ApiDependencies } from './dependencies.ts';
import { requestOf } from './gateway-event.ts';

interface Wired {
  dependencies: ApiDependencies;
  corsOrigins: string[];
}

let wired: Wired | undefined;

export const handler = async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
  wired ??= {
    dependencies: wire(process.env),
    corsOrigins: JSON.parse(setting(process.env, 'CORS_ORIGINS')),
  };
  const request = requestOf(event);
  const { status, headers, body } = await answer(request, wired.dependencies);
  return {
    statusCode: status,
    headers: { ...headers, ...corsHeaders(wired.corsOrigins, request.headers.origin) },
    body,
  };
};

function wire(env: NodeJS.ProcessEnv): ApiDependencies {
  const [s3, sqs, documents] = [s3Client(), sqsClient(), documentClient()];
  const predictors: Record<string, string> = JSON.parse(setting(env, 'PREDICTORS'));
  const inputBucket = setting(env, 'INPUT_BUCKET');
  const resultsBucket = setting(env, 'RESULTS_BUCKET');
  const intakeQueueUrl = setting(env, 'INTAKE_QUEUE_URL');
  const lambda = lambdaClient();
  return {
    models: cachedModels(s3Models(s3, setting(env, 'MODELS_BUCKET')), Date.now),
    ledger: dynamodbLedger(documents, setting(env, 'JOBS_TABLE')),
    scores: dynamodbScoreReader(documents, setting(env, 'SCORES_TABLE')),
    inputBucket,
    runtimes: Object.keys(predictors),
    predict: (runtime, request) => predictBy(lambda, predictors[runtime] ?? '', request),
    describe: (source) => findObject(s3, source),
    sendToIntake: (message) => sendMessages(sqs, intakeQueueUrl, [JSON.stringify(message)]),
    presignUpload: (key, bytes) => presignPut(inputBucket, key, bytes, Date.now()),
    readResult: (key) => getObject(s3, resultsBucket, key),
    now: Date.now,
    sleep: (ms) => sleep(ms),
  };
}
