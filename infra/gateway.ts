import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { documentedPaths } from '../contracts/api.ts';
import { answerWithProblems } from './gateway-problems.ts';
import type { Settings } from './settings.ts';

export const API_STAGE = 'v1';

/** Ids and figures: a path may hold the id of a record, so only its template is logged. */
const LOGGED = {
  requestId: '$context.requestId',
  apiKeyId: '$context.identity.apiKeyId',
  method: '$context.httpMethod',
  resource: '$context.resourcePath',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  integrationMilliseconds: '$context.integration.latency',
  bytes: '$context.responseLength',
};

/** A REST API with keys: a method for each operation of contracts/openapi.json, all answered by one function. */
export class Gateway extends Construct {
  readonly api: apigateway.RestApi;
  readonly usagePlan: apigateway.UsagePlan;

  constructor(scope: Construct, id: string, settings: Settings, handler: lambda.IFunction) {
    super(scope, id);
    const { rate, burst, quotaPerDay, corsOrigins, cloudWatchRole } = settings.api;
    const accessLogs = new logs.LogGroup(this, 'AccessLogs', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api = new apigateway.RestApi(this, 'Rest', {
      description: 'dropscore: predict now, start a job, ask for scores',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      cloudWatchRole,
      deployOptions: {
        stageName: API_STAGE,
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLogs),
        accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(LOGGED)),
        // Execution logs would hold bodies.
        loggingLevel: apigateway.MethodLoggingLevel.OFF,
      },
      ...(corsOrigins.length > 0 && { defaultCorsPreflightOptions: preflight(corsOrigins) }),
    });
    // The stack has an output of its own, under a name that is known.
    this.api.node.tryRemoveChild('Endpoint');
    this.#methods(handler);
    answerWithProblems(this.api, corsOrigins.length > 0);
    this.usagePlan = this.api.addUsagePlan('Plan', {
      description: 'dropscore: every key',
      throttle: { rateLimit: rate, burstLimit: burst },
      ...(quotaPerDay && { quota: { limit: quotaPerDay, period: apigateway.Period.DAY } }),
      apiStages: [{ api: this.api as apigateway.IRestApi, stage: this.api.deploymentStage }],
    });
  }

  /** What the document does not have reaches the function as well, which says what there is. */
  #methods(handler: lambda.IFunction): void {
    const integration = new apigateway.LambdaIntegration(handler, {
      allowTestInvoke: false,
      scopePermissionToMethod: false,
    });
    const withKey = { apiKeyRequired: true };
    for (const { path, methods } of documentedPaths) {
      const resource = this.api.root.resourceForPath(path);
      for (const method of methods) resource.addMethod(method, integration, withKey);
    }
    this.api.root.addResource('{proxy+}').addMethod('ANY', integration, withKey);
  }
}

/** The gateway's own answer, which needs no key: a browser asks before it sends one. */
const preflight = (origins: readonly string[]): apigateway.CorsOptions => ({
  allowOrigins: [...origins],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['content-type', 'prefer', 'x-api-key'],
  maxAge: Duration.hours(1),
});
