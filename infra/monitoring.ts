import { Duration, Stack } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CHUNK_WRITTEN_OFF } from '../core/log-events.ts';
import type { Settings } from './settings.ts';
import type { StageFunction } from './stage-function.ts';
import type { WorkQueue } from './work-queue.ts';

export interface MonitoringProps {
  settings: Settings;
  workQueues: WorkQueue[];
  setAside: sqs.Queue;
  /** Of the schedules: what could not be sent. */
  missed: sqs.Queue[];
  functions: StageFunction[];
  /** Its log tells of every chunk that is written off. */
  deadLetter: StageFunction;
  api: apigateway.RestApi | undefined;
}

/** Alarms on what a person should look at. Throttling and single retries are daily business and raise none. */
export class Monitoring extends Construct {
  readonly #topic: sns.ITopic | undefined;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { settings, workQueues, setAside, missed, functions, deadLetter, api } = props;
    const { oldestMessageMinutes } = settings.alarms;
    this.#topic = this.#topicOf(settings);
    this.#writtenOff(deadLetter);

    for (const { queue, deadLetters } of workQueues) {
      this.#notEmpty(
        deadLetters,
        'Messages could not be processed; their chunks, jobs or runs are being written off.',
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
    for (const queue of missed)
      this.#notEmpty(
        queue,
        'A schedule fired and could not ask for its run; `dropscore schedule run <schedule>` does.',
      );
    for (const { function: handler, node } of functions)
      this.#alarm(node.path.split('/').slice(-2).join(''), {
        metric: handler.metricErrors({ period: Duration.minutes(5) }),
        threshold: 3,
        alarmDescription: 'dropscore: a function fails again and again; its log names the cause.',
      });
    if (api)
      this.#alarm('ApiServerErrors', {
        metric: api.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
        threshold: 3,
        alarmDescription:
          'dropscore: the HTTP API answers with 5xx. Its access log has the requests; the log of its function has request_failed ' +
          'with the cause. 503 and 504 without one: predictors are throttled, or too slow.',
      });
  }

  #topicOf({ alarms: { topicArn, email } }: Settings): sns.ITopic | undefined {
    if (topicArn) return sns.Topic.fromTopicArn(this, 'Topic', topicArn);
    if (!email) return undefined;
    const topic = new sns.Topic(this, 'Topic', { displayName: 'dropscore alarms', enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    // A policy takes the place of the one that lets all of the account publish: CloudWatch has to be let in again.
    const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    topic.grantPublish(new iam.ServicePrincipal('cloudwatch.amazonaws.com', { conditions }));
    return topic;
  }

  /**
   * Counted in the log, as no queue tells: its dead letters are taken at once, before a metric sees them, and may turn out to
   * be chunks that were scored after all.
   */
  #writtenOff(deadLetter: StageFunction): void {
    const lines = new logs.MetricFilter(this, 'ChunksWrittenOff', {
      logGroup: deadLetter.function.logGroup,
      filterPattern: logs.FilterPattern.stringValue('$.message.event', '=', CHUNK_WRITTEN_OFF),
      metricNamespace: `dropscore/${Stack.of(this).stackName}`,
      metricName: 'ChunksWrittenOff',
    });
    this.#alarm('WrittenOff', {
      metric: lines.metric({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: 1,
      alarmDescription:
        'dropscore: chunks were written off, and their rows count as failed. Lines with chunk_written_off in the log of dead-letter name ' +
        'job and chunk; `dropscore job show <job>` tells the last error that was seen. Mend its cause, then `dropscore job retry <job>`.',
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
