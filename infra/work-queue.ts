import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { visibilitySeconds } from './derived-settings.ts';
import type { Settings } from './settings.ts';

/** A queue that one function consumes, and the queue that takes what it could not process. */
export class WorkQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;

  /** @param consumerTimeoutSeconds of the function that the queue feeds. */
  constructor(scope: Construct, id: string, settings: Settings, consumerTimeoutSeconds: number) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', settings);
    this.queue = new sqs.Queue(this, 'Queue', {
      visibilityTimeout: Duration.seconds(visibilitySeconds(settings, consumerTimeoutSeconds)),
      retentionPeriod: Duration.days(settings.queues.retentionDays),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: settings.queues.maxReceives },
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
  }
}

/** The end of the line: its clock runs from the first send, so it keeps messages longer than any work queue. */
export function deadLetterQueue(scope: Construct, id: string, settings: Settings): sqs.Queue {
  return new sqs.Queue(scope, id, {
    visibilityTimeout: Duration.seconds(
      visibilitySeconds(settings, settings.functions.deadLetter.timeoutSeconds),
    ),
    retentionPeriod: Duration.days(settings.queues.deadLetterRetentionDays),
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  });
}
