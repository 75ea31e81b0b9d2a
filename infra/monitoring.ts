import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';
import type { StageFunction } from './stage-function.ts';
import type { WorkQueue } from './work-queue.ts';

export interface MonitoringProps {
  settings: Settings;
  workQueues: WorkQueue[];
  setAside: sqs.Queue;
  functions: StageFunction[];
}

/** Alarms on what a person should look at. Throttling and single retries are daily business and raise none. */
export class Monitoring extends Construct {
  readonly #topic: sns.ITopic | undefined;

  constructor(scope: Construct, id: string, { settings, workQueues, setAside, functions }: MonitoringProps) {
    super(scope, id);
    const { topicArn, oldestMessageMinutes } = settings.alarms;
    this.#topic = topicArn ? sns.Topic.fromTopicArn(this, 'Topic', topicArn) : undefined;

    for (const { queue, deadLetters } of workQueues) {
      this.#notEmpty(
        deadLetters,
        'Messages could not be processed; their chunks or jobs are being written off.',
      );
      this.#alarm(nameOf(queue), {
        metric: queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
        threshold: oldestMessageMinutes * 60,
        alarmDescription: `dropscore: a message has waited for more than ${oldestMessageMinutes} minutes.`,
      });
    }
    this.#notEmpty(
      setAside,
      'Changes of the Jobs table could not be processed; the watchdog wakes their jobs again.',
    );
    for (const { function: handler, node } of functions)
      this.#alarm(node.path.split('/').slice(-2).join(''), {
        metric: handler.metricErrors({ period: Duration.minutes(5) }),
        threshold: 3,
        alarmDescription: 'dropscore: a function fails again and again; its log names the cause.',
      });
  }

  #notEmpty(queue: sqs.Queue, what: string): void {
    this.#alarm(nameOf(queue), {
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 1,
      alarmDescription: `dropscore: ${what}`,
    });
  }

  #alarm(id: string, props: Omit<cloudwatch.AlarmProps, 'evaluationPeriods' | 'treatMissingData'>): void {
    const alarm = new cloudwatch.Alarm(this, id, {
      ...props,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    if (this.#topic) alarm.addAlarmAction(new SnsAction(this.#topic));
  }
}

const nameOf = (queue: sqs.Queue): string => queue.node.path.split('/').slice(-3).join('');
