import { describe, expect, test } from 'vitest';
import { documentedPaths } from '../../contracts/api.ts';
import type { SettingsInput } from '../../infra/settings.ts';
import { asList, functionOf, resourcesOf, statementsOf, synthesised } from './synthesised.ts';

const template = synthesised();
const only = (type: string, from = template) => {
  const [[id, resource] = expect.unreachable()] = resourcesOf(from, type);
  return { id, ...resource };
};
const withApi = (api: SettingsInput['api']) => synthesised({ api });

const gatewayResponses = (from = template) =>
  resourcesOf(from, 'AWS::ApiGateway::GatewayResponse').map(([, { Properties }]) => Properties);

describe('methods', () => {
  const methods = resourcesOf(template, 'AWS::ApiGateway::Method').map(([, { Properties }]) => Properties);

  test('are those of the document, and one for whatever else is asked, to be told what there is', () => {
    const documented = documentedPaths.flatMap((path) => path.methods);
    expect(methods.map(({ HttpMethod }) => HttpMethod).sort()).toEqual(['ANY', ...documented].sort());
  });

  test('all need a key', () => {
    for (const { ApiKeyRequired } of methods) expect(ApiKeyRequired).toBe(true);
  });
});

test('rate, burst and quota are those of the settings', () => {
  expect(only('AWS::ApiGateway::UsagePlan').Properties).toMatchObject({
    Throttle: { RateLimit: 50, BurstLimit: 100 },
  });
  expect(only('AWS::ApiGateway::UsagePlan').Properties).not.toHaveProperty('Quota');
  const strict = withApi({ rate: 0.5, burst: 2, quotaPerDay: 1000 });
  expect(only('AWS::ApiGateway::UsagePlan', strict).Properties).toMatchObject({
    Throttle: { RateLimit: 0.5, BurstLimit: 2 },
    Quota: { Limit: 1000, Period: 'DAY' },
  });
});

describe('logs', () => {
  const stage = only('AWS::ApiGateway::Stage').Properties;

  test('hold ids and figures of a request, and no path, address, query, header or body', () => {
    const { Format, DestinationArn } = stage.AccessLogSetting as { Format: string; DestinationArn: unknown };
    expect(JSON.parse(Format)).toEqual({
      requestId: '$context.requestId',
      apiKeyId: '$context.identity.apiKeyId',
      method: '$context.httpMethod',
      resource: '$context.resourcePath',
      status: '$context.status',
      milliseconds: '$context.responseLatency',
      integrationMilliseconds: '$context.integration.latency',
      bytes: '$context.responseLength',
    });
    expect(JSON.stringify(DestinationArn)).toContain('AccessLogs');
    expect(stage.MethodSettings).toEqual([
      { DataTraceEnabled: false, LoggingLevel: 'OFF', HttpMethod: '*', ResourcePath: '/*' },
    ]);
  });

  test('are written by the account’s role, unless the account has one', () => {
    const { CloudWatchRoleArn } = only('AWS::ApiGateway::Account').Properties;
    expect(JSON.stringify(CloudWatchRoleArn)).toContain('CloudWatchRole');
    const without = withApi({ cloudWatchRole: false });
    expect(resourcesOf(without, 'AWS::ApiGateway::Account')).toEqual([]);
    expect(JSON.stringify(without.toJSON())).not.toContain('AmazonAPIGatewayPushToCloudWatchLogs');
    expect(resourcesOf(without, 'AWS::Logs::LogGroup')).toHaveLength(10);
  });
});

describe('pages of other origins', () => {
  const origins = ['https://one.example', 'https://two.example'];
  const open = withApi({ corsOrigins: origins });
  const preflights = (from = open) =>
    resourcesOf(from, 'AWS::ApiGateway::Method')
      .map(([, { Properties }]) => Properties)
      .filter(({ HttpMethod }) => HttpMethod === 'OPTIONS');

  test('may call where the settings name them, after a preflight without a key', () => {
    expect(preflights(template)).toEqual([]);
    expect(preflights().length).toBeGreaterThan(documentedPaths.length);
    for (const { ApiKeyRequired, Integration } of preflights()) {
      expect(ApiKeyRequired).toBe(false);
      const [answer] = (Integration as { IntegrationResponses: Record<string, object>[] })
        .IntegrationResponses;
      expect(answer?.ResponseParameters).toMatchObject({
        'method.response.header.Access-Control-Allow-Origin': "'https://one.example'",
        'method.response.header.Access-Control-Allow-Headers': "'content-type,prefer,x-api-key'",
        'method.response.header.Access-Control-Max-Age': "'3600'",
      });
      expect(JSON.stringify(answer?.ResponseTemplates)).toMatch(/== .*two\.example/);
    }
    expect(functionOf(open, 'ApiStage').Environment).toMatchObject({
      Variables: { CORS_ORIGINS: JSON.stringify(origins) },
    });
  });

  test('may read the problems of the gateway itself, which are the same for everybody', () => {
    const header = 'gatewayresponse.header.access-control-allow-origin';
    for (const { ResponseParameters } of gatewayResponses(open))
      expect(ResponseParameters).toMatchObject({ [header]: "'*'" });
    for (const { ResponseParameters } of gatewayResponses())
      expect(ResponseParameters).not.toHaveProperty(header);
  });
});

test('the gateway answers with problems that name their status', () => {
  const problems = gatewayResponses();
  expect(problems.map(({ ResponseType }) => ResponseType)).toEqual(
    expect.arrayContaining(['INVALID_API_KEY', 'THROTTLED', 'QUOTA_EXCEEDED', 'DEFAULT_4XX', 'DEFAULT_5XX']),
  );
  for (const { StatusCode, ResponseTemplates, ResponseParameters } of problems) {
    const problem = JSON.parse((ResponseTemplates as Record<string, string>)['application/json'] ?? '');
    expect(String(problem.status)).toBe(StatusCode);
    expect(problem.type).toBe(`urn:dropscore:${problem.code}`);
    expect(ResponseParameters).toMatchObject({
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
    });
  }
});

test('an alarm counts what the gateway answers with 5xx', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: '5XXError',
    Namespace: 'AWS/ApiGateway',
    Statistic: 'Sum',
    Threshold: 3,
  });
});

test('left out by the settings it leaves nothing behind', () => {
  const without = withApi({ enabled: false });
  const types = Object.values(
    (without.toJSON() as { Resources: Record<string, { Type: string }> }).Resources,
  );
  expect(types.filter(({ Type }) => Type.startsWith('AWS::ApiGateway'))).toEqual([]);
  expect(resourcesOf(without, 'AWS::Lambda::Function')).toHaveLength(8);
  expect(Object.keys(without.findOutputs('*'))).not.toContain('ApiUrl');
});

describe('how predictions start', () => {
  const aliases = (from = template) => resourcesOf(from, 'AWS::Lambda::Alias');
  const classic = (http: object) => synthesised({ runtimes: { classic: { http } } });
  const invoked = (from = template) =>
    resourcesOf(from, 'AWS::IAM::Policy')
      .flatMap(([, { Properties }]) => statementsOf(Properties))
      .filter(({ Action }) => asList(Action).includes('lambda:InvokeFunction'))
      .filter(({ Resource }) => !JSON.stringify(Resource).includes(':*'));

  test('without settings there is no alias and no version: the API asks the functions', () => {
    expect(aliases()).toEqual([]);
    expect(resourcesOf(template, 'AWS::Lambda::Version')).toEqual([]);
    expect(functionOf(template, 'Predictorclassic')).not.toHaveProperty('SnapStart');
  });

  test.each([
    [{ snapStart: true }, { SnapStart: { ApplyOn: 'PublishedVersions' } }, {}],
    [
      { provisionedConcurrency: 3 },
      {},
      { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 3 } },
    ],
  ])('with %j the API asks an alias of that runtime alone', (http, ofFunction, ofAlias) => {
    const changed = classic(http);
    const [[id, alias] = expect.unreachable(), ...others] = aliases(changed);
    expect(others).toEqual([]);
    expect(id).toMatch(/^Predictorclassic/);
    expect(alias.Properties).toMatchObject({ Name: 'http', ...ofAlias });
    expect(functionOf(changed, 'Predictorclassic')).toMatchObject(ofFunction);
    expect(functionOf(changed, 'Predictoronnx')).not.toHaveProperty('SnapStart');

    const { PREDICTORS } = (functionOf(changed, 'ApiStage').Environment as { Variables: object })
      .Variables as Record<string, unknown>;
    expect(JSON.stringify(PREDICTORS)).toMatch(new RegExp(`"Ref":"${id}".*Predictoronnx`));
    const [statement = expect.unreachable()] = invoked(changed);
    expect(JSON.stringify(statement.Resource)).toMatch(new RegExp(`"Ref":"${id}".*Predictoronnx`));
    expect(JSON.stringify(statement.Resource)).not.toContain('PredictorclassicStageFunction');
  });

  test('chunks and publishers are not concerned', () => {
    const changed = classic({ snapStart: true });
    for (const type of ['AWS::Lambda::EventSourceMapping', 'AWS::IAM::ManagedPolicy'])
      expect(resourcesOf(changed, type)).toEqual(resourcesOf(template, type));
  });

  test('an old version goes with the next: a snapshot costs for as long as it is kept', () => {
    const versions = resourcesOf(classic({ snapStart: true }), 'AWS::Lambda::Version');
    expect(versions.map(([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy)).toEqual(['Delete']);
  });
});
