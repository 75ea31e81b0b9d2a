import { describe, expect, test } from 'vitest';
import { CHUNK_WRITTEN_OFF } from '../../core/log-events.ts';
import { asList, functionOf, resourcesOf, type Statement, statementsOf, synthesised } from './synthesised.ts';

const template = synthesised();
const functions = resourcesOf(template, 'AWS::Lambda::Function');

/** The only wildcards: what IAM cannot narrow, and what lies below a name that is narrow itself. */
const ALLOWED_ON_ANY_RESOURCE = ['dynamodb:ListStreams'];
const ALLOWED_SUFFIXES = ['/*', '/results/*', '/shadow/*', '/staged/*', '/set-aside/*', '/incoming/*'];
const INDEXES = ['/index/open-jobs', '/index/by-month', '/index/by-model', '/index/by-record'];

describe('functions', () => {
  test.each([
    ['FanOut', 'nodejs24.x', 'index.handler'],
    ['Unpack', 'python3.13', 'dropscore_predictor.unpack_handler.handler'],
    ['Complete', 'nodejs24.x', 'index.handler'],
    ['DeadLetter', 'nodejs24.x', 'index.handler'],
    ['Watchdog', 'nodejs24.x', 'index.handler'],
    ['Rescore', 'nodejs24.x', 'index.handler'],
    ['ApiStage', 'nodejs24.x', 'index.handler'],
    ['Predictorclassic', 'python3.13', 'dropscore_predictor.handler.handler'],
    ['Predictoronnx', 'python3.13', 'dropscore_predictor.handler.handler'],
  ])('%s runs on %s', (stage, Runtime, Handler) => {
    expect(functionOf(template, stage)).toMatchObject({ Runtime, Handler, Architectures: ['x86_64'] });
    expect(functions).toHaveLength(9);
  });

  test('take the processor, memory and timeouts of the settings', () => {
    const changed = synthesised({
      architecture: 'arm64',
      functions: { fanOut: { memoryMiB: 3008, timeoutSeconds: 240 } },
    });
    expect(functionOf(changed, 'FanOut')).toMatchObject({
      Architectures: ['arm64'],
      MemorySize: 3008,
      Timeout: 240,
    });
    expect(functionOf(changed, 'Predictorclassic').Architectures).toEqual(['arm64']);
  });

  test('only those that send to their own queue may be part of a loop', () => {
    const allowed = functions.filter(([, { Properties }]) => Properties.RecursiveLoop === 'Allow');
    expect(allowed.map(([id]) => id.slice(0, 6))).toEqual(['Predic', 'Predic', 'Unpack', 'FanOut', 'Rescor']);
  });

  test.each(functions)('%s logs JSON into a group of its own', (_id, { Properties }) => {
    const { LogFormat, LogGroup } = Properties.LoggingConfig as {
      LogFormat: string;
      LogGroup: { Ref: string };
    };
    expect(LogFormat).toBe('JSON');
    const groups = new Map(resourcesOf(template, 'AWS::Logs::LogGroup'));
    expect(groups.get(LogGroup.Ref)).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: { RetentionInDays: 30 },
    });
    // And the access log of the API.
    expect(groups.size).toBe(functions.length + 1);
  });

  test('are told where everything is, and nothing else', () => {
    const names = (stage: string) =>
      Object.keys((functionOf(template, stage).Environment as { Variables: object }).Variables).sort();
    expect(names('FanOut')).toEqual(
      [
        'CHUNK_BYTES',
        'CHUNK_QUEUE_URLS',
        'CHUNK_ROWS',
        'INPUT_BUCKET',
        'INTAKE_QUEUE_URL',
        'JOBS_TABLE',
        'MAX_INFLATED_BYTES',
        'MAX_RECORD_BYTES',
        'MODELS_BUCKET',
        'OUTPUT',
        'UNPACK_QUEUE_URL',
        'WORK_BUCKET',
      ].sort(),
    );
    expect(names('Predictorclassic')).toEqual(
      [
        'CHUNK_QUEUE_URL',
        'JOBS_TABLE',
        'MODELS_BUCKET',
        'RESULTS_BUCKET',
        'RUNTIME',
        'RUNTIMES',
        'SCORES_TABLE',
        'WRITE_THREADS',
      ].sort(),
    );
    expect(names('Unpack')).toEqual(['INTAKE_QUEUE_URL', 'JOBS_TABLE', 'UNPACK_QUEUE_URL', 'WORK_BUCKET']);
    expect(names('Complete')).toEqual([
      'EVENT_BUS',
      'INTAKE_QUEUE_URL',
      'JOBS_TABLE',
      'RESCORE_QUEUE_URL',
      'RESULTS_BUCKET',
    ]);
    expect(names('DeadLetter')).toEqual([
      'CHUNK_BYTES',
      'CHUNK_ROWS',
      'INPUT_BUCKET',
      'JOBS_TABLE',
      'MAX_RECORD_BYTES',
      'OUTPUT',
      'WORK_BUCKET',
    ]);
    expect(names('Watchdog')).toEqual([
      'CHUNK_QUEUE_URLS',
      'INTAKE_QUEUE_URL',
      'JOBS_TABLE',
      'RESCORE_QUEUE_URL',
      'STALE_MINUTES',
    ]);
    expect(names('Rescore')).toEqual([
      'INTAKE_QUEUE_URL',
      'JOBS_TABLE',
      'MODELS_BUCKET',
      'ON_PROMOTION',
      'RESCORE_QUEUE_URL',
    ]);
    expect(names('ApiStage')).toEqual([
      'CORS_ORIGINS',
      'INPUT_BUCKET',
      'INTAKE_QUEUE_URL',
      'JOBS_TABLE',
      'MODELS_BUCKET',
      'PREDICTORS',
      'RESULTS_BUCKET',
      'SCORES_TABLE',
    ]);
  });

  test('those that open jobs get the limit of rows, where there is one', () => {
    const limited = synthesised({ maxRowsPerJob: 1_000_000 });
    for (const stage of ['FanOut', 'DeadLetter'])
      expect(functionOf(limited, stage).Environment).toMatchObject({
        Variables: { MAX_ROWS_PER_JOB: '1000000' },
      });
  });
});

describe('roles', () => {
  const statements = resourcesOf(template, 'AWS::IAM::Policy').flatMap(([id, { Properties }]) =>
    statementsOf(Properties).map((statement): [string, Statement] => [id, statement]),
  );

  test('are one a function, without managed policies', () => {
    const roles = resourcesOf(template, 'AWS::IAM::Role').filter(([id]) => !id.includes('CloudWatchRole'));
    expect(roles).toHaveLength(functions.length);
    for (const [, { Properties }] of roles) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(JSON.stringify(Properties.AssumeRolePolicyDocument)).toContain('"lambda.amazonaws.com"');
    }
  });

  test.each(statements)('%s allows exact actions: %j', (_id, { Effect, Action }) => {
    expect(Effect).toBe('Allow');
    for (const action of asList(Action)) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
  });

  test.each(statements)('%s allows named resources only: %j', (_id, { Action, Resource }) => {
    for (const resource of asList(Resource)) {
      if (resource === '*') {
        expect(ALLOWED_ON_ANY_RESOURCE).toEqual(expect.arrayContaining(asList(Action)));
        continue;
      }
      const { 'Fn::GetAtt': attribute, 'Fn::Join': join } = resource as Record<string, [string, unknown[]]>;
      if (attribute) continue;
      const suffix = String(join?.[1]?.at(-1));
      if (suffix.includes('*')) expect(ALLOWED_SUFFIXES).toContain(suffix);
      else expect(INDEXES).toContain(suffix);
    }
  });

  test('only the predictor may write scores, and only fan-out and dead-letter may open a job, complete and rescore beside them write items of their own', () => {
    const may = (action: string, resource: string) =>
      statements
        .filter(
          ([, { Action, Resource }]) =>
            asList(Action).includes(action) && JSON.stringify(Resource).includes(resource),
        )
        .map(([id]) => id.replace(/StageRole.*/, ''));
    expect(may('dynamodb:BatchWriteItem', 'StorageScores')).toEqual(['Predictorclassic', 'Predictoronnx']);
    expect(may('dynamodb:PutItem', 'StorageJobs')).toEqual(['FanOut', 'Rescore', 'Complete', 'DeadLetter']);
    expect(may('s3:PutObject', 'StorageWork')).toEqual(['Unpack', 'FanOut', 'DeadLetter']);
    expect(may('s3:GetObject', 'StorageWork')).toEqual(['FanOut']);
    expect(may('s3:GetObject', 'StorageInput')).toEqual(['FanOut', 'Rescore', 'DeadLetter', 'Api']);
    expect(may('s3:GetObject', 'StorageModels')).toEqual([
      'Predictorclassic',
      'Predictoronnx',
      'FanOut',
      'Rescore',
      'Api',
    ]);
    expect(may('s3:GetObjectVersion', 'StorageModels')).toEqual([]);
    expect(may('dynamodb:GetItem', 'StorageJobs')).toEqual([
      'Predictorclassic',
      'Predictoronnx',
      'Unpack',
      'FanOut',
      'Rescore',
      'Complete',
      'DeadLetter',
      'Watchdog',
      'Api',
    ]);
    expect(may('sqs:SendMessage', 'UnpackSources')).toEqual(['Unpack', 'FanOut']);
    expect(may('sqs:SendMessage', 'FanOutIntake')).toEqual([
      'Unpack',
      'FanOut',
      'Rescore',
      'Complete',
      'Watchdog',
      'Api',
    ]);
    expect(may('sqs:SendMessage', 'RescoreRequests')).toEqual(['Rescore', 'Complete', 'Watchdog']);
    expect(may('s3:PutObject', 'StorageModels')).toEqual([]);
    expect(may('s3:PutObject', 'StorageInput')).toEqual(['Api']);
    expect(may('lambda:InvokeFunction', 'Predictor')).toEqual(['Api']);
  });
});

test('a predictor may read earlier scores, and tell those that are gone from those it may not read', () => {
  const arnOf = (id: string) => ({ 'Fn::GetAtt': [expect.stringMatching(`^${id}`), 'Arn'] });
  const [policy] = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) =>
    id.startsWith('Predictorclassic'),
  );
  const allowed = statementsOf(policy?.[1].Properties).map(({ Action, Resource }) => [
    asList(Action),
    Resource,
  ]);
  const below = (prefix: string) => ({ 'Fn::Join': ['', [arnOf('StorageResults'), `/${prefix}/*`]] });
  const results = [below('results'), below('shadow')];
  expect(allowed).toContainEqual([['s3:GetObject', 's3:PutObject'], results]);
  expect(allowed).toContainEqual([['s3:ListBucket'], arnOf('StorageResults')]);
  expect(allowed).toContainEqual([['dynamodb:BatchWriteItem', 'dynamodb:Query'], arnOf('StorageScores')]);
});

test('the watchdog goes round by the hour, or as often as it is told', () => {
  template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 hour)' });
  synthesised({ watchdog: { everyMinutes: 15 } }).hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(15 minutes)',
  });
});

test('the outputs are those that the command line reads', () => {
  expect(Object.keys(template.findOutputs('*'))).toEqual([
    'InputBucket',
    'ModelsBucket',
    'WorkBucket',
    'ResultsBucket',
    'JobsTable',
    'ScoresTable',
    'IntakeQueueUrl',
    'UnpackQueueUrl',
    'ChunkQueueUrls',
    'RescoreQueueUrl',
    'Schedules',
    'EventBus',
    'Runtimes',
    'Scoring',
    'PublisherPolicy',
    'ApiUrl',
    'ApiId',
    'ApiUsagePlan',
  ]);
});

test('the rules of AwsSolutions find nothing that is not acknowledged with a reason', () => {
  expect(() => synthesised({}, { checked: true })).not.toThrow();
});

describe('alarms', () => {
  test('watch every dead-letter queue, every waiting message, every function', () => {
    const metrics = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(
      ([, { Properties }]) => Properties.MetricName,
    );
    const count = (name: string) => metrics.filter((metric) => metric === name).length;
    expect(count('ApproximateNumberOfMessagesVisible')).toBe(6);
    expect(count('ApproximateAgeOfOldestMessage')).toBe(5);
    expect(count('Errors')).toBe(functions.length);
  });

  test('go to the topic where one is named', () => {
    const topicArn = 'arn:aws:sns:eu-west-1:123456789012:on-call';
    for (const [, { Properties }] of resourcesOf(
      synthesised({ alarms: { topicArn } }),
      'AWS::CloudWatch::Alarm',
    ))
      expect(Properties.AlarmActions).toEqual([topicArn]);
  });

  test('count the lines that dead-letter writes for chunks it writes off, and say what to do', () => {
    const [[, filter] = expect.unreachable()] = resourcesOf(template, 'AWS::Logs::MetricFilter');
    const { FilterPattern, LogGroupName, MetricTransformations } = filter.Properties;
    expect(FilterPattern).toBe(`{ $.message.event = "${CHUNK_WRITTEN_OFF}" }`);
    const { LoggingConfig } = functionOf(template, 'DeadLetter');
    expect(LogGroupName).toEqual((LoggingConfig as { LogGroup: unknown }).LogGroup);
    const [{ MetricName, MetricNamespace }] = MetricTransformations as [Record<string, unknown>];
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    expect(alarms.find((alarm) => alarm.MetricName === MetricName)).toMatchObject({
      Namespace: MetricNamespace,
      Statistic: 'Sum',
      Threshold: 1,
      AlarmDescription: expect.stringMatching(/job show <job>.*job retry <job>/),
    });
  });

  test('go to an address through a topic of the stack’s own, that CloudWatch may publish to', () => {
    const mailed = synthesised({ alarms: { email: 'on-call@example.com' } });
    const [[topic] = expect.unreachable()] = resourcesOf(mailed, 'AWS::SNS::Topic');
    for (const [, { Properties }] of resourcesOf(mailed, 'AWS::CloudWatch::Alarm'))
      expect(Properties.AlarmActions).toEqual([{ Ref: topic }]);
    mailed.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'on-call@example.com',
      TopicArn: { Ref: topic },
    });
    const [[, policy] = expect.unreachable()] = resourcesOf(mailed, 'AWS::SNS::TopicPolicy');
    expect((policy.Properties.PolicyDocument as { Statement: Statement[] }).Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
    expect(() => synthesised({ alarms: { email: 'on-call@example.com' } }, { checked: true })).not.toThrow();
  });

  test('need no topic', () => {
    expect(resourcesOf(template, 'AWS::SNS::Topic')).toEqual([]);
  });
});
