import { describe, expect, test } from 'vitest';
import { parseContract } from '../../contracts/validate.ts';
import { parseSettings } from '../../infra/load-settings.ts';
import { resourcesOf, type Statement, statementsOf, synthesised } from './synthesised.ts';

const schedules = {
  nightly: { model: 'churn', when: 'cron(0 2 * * ? *)', timeZone: 'Europe/Berlin', maxAgeDays: 30 },
  hourly: { model: 'churn', when: 'rate(1 hour)', enabled: false, onOverlap: 'queue' as const },
};
const template = synthesised({ schedules });
const found = resourcesOf(template, 'AWS::Scheduler::Schedule');

describe('schedules', () => {
  test('there are none by default', () => {
    expect(resourcesOf(synthesised(), 'AWS::Scheduler::Schedule')).toEqual([]);
  });

  test('fire as they are told, and send what begins a run with the time in its id', () => {
    const [[, nightly], [, hourly]] = found as [(typeof found)[0], (typeof found)[0]];
    expect(nightly.Properties).toMatchObject({
      ScheduleExpression: 'cron(0 2 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      State: 'ENABLED',
    });
    expect(hourly.Properties).toMatchObject({ ScheduleExpression: 'rate(1 hour)', State: 'DISABLED' });
    const { Input } = nightly.Properties.Target as { Input: string };
    expect(Input).toContain('nightly@<aws.scheduler.scheduled-time>');
    const fired = JSON.parse(Input.replace('<aws.scheduler.scheduled-time>', '2026-11-21T02:00:00Z'));
    parseContract('rescore-message', fired);
    expect(fired.request).toEqual({
      modelName: 'churn',
      ...{ scope: 'changed', sources: 'newest', onOverlap: 'skip', maxAgeDays: 30 },
      ...{ requestedBy: 'nightly', schedule: 'nightly' },
    });
  });

  test('have a role and a dead-letter queue each, and the role sends to the two queues alone', () => {
    const roles = resourcesOf(template, 'AWS::IAM::Role').filter(([id]) => id.startsWith('RescoreSchedule'));
    expect(roles).toHaveLength(2);
    for (const [, { Properties }] of roles)
      expect(statementsOf({ PolicyDocument: Properties.AssumeRolePolicyDocument })).toEqual([
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ]);
    const missed = found.map(([, { Properties }]) => {
      const { DeadLetterConfig } = Properties.Target as { DeadLetterConfig: { Arn: unknown } };
      return DeadLetterConfig.Arn;
    });
    expect(new Set(missed.map((arn) => JSON.stringify(arn))).size).toBe(2);
    const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) =>
      id.startsWith('RescoreSchedule'),
    );
    const statements = policies.flatMap(([, { Properties }]): Statement[] => statementsOf(Properties));
    expect(statements).toHaveLength(2);
    for (const { Action, Resource } of statements) {
      expect(Action).toBe('sqs:SendMessage');
      expect(Resource).toHaveLength(2);
    }
  });

  test('raise an alarm when they could not send, and no finding', () => {
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    const missed = alarms.filter(({ AlarmDescription }) => /schedule run/.test(String(AlarmDescription)));
    expect(missed).toHaveLength(2);
    expect(() => synthesised({ schedules }, { checked: true })).not.toThrow();
  });

  test.each(['every day', 'rate(1 day', 'at(2026-11-21T00:00:00)'])('are not when %s', (when) => {
    expect(() => parseSettings({ schedules: { odd: { model: 'churn', when } } })).toThrow(
      /schedules\.odd\.when: must be cron/,
    );
  });
});

test('more than an environment holds is refused by its name', () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`model-${i}`, {}]));
  expect(() => parseSettings({ rescoreOnPromotion: many })).toThrow(/rescoreOnPromotion: must be shorter/);
});

test('a promotion is told only where a model is to be scored again by it', () => {
  const notified = (of: ReturnType<typeof synthesised>) =>
    resourcesOf(of, 'AWS::S3::Bucket').find(([id]) => id.startsWith('StorageModels'))?.[1].Properties
      .NotificationConfiguration;
  expect(notified(template)).toBeUndefined();
  expect(notified(synthesised({ rescoreOnPromotion: { churn: {} } }))).toEqual({
    QueueConfigurations: [
      {
        Event: 's3:ObjectCreated:*',
        Filter: { S3Key: { Rules: [{ Name: 'suffix', Value: '/current.json' }] } },
        Queue: { 'Fn::GetAtt': [expect.stringMatching(/^RescoreRequestsQueue/), 'Arn'] },
      },
    ],
  });
});
