import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { JobEvent } from '../../contracts/generated/types.ts';
import type { Pipeline } from '../pipeline/open-pipeline.ts';

export interface TerminalEvents {
  /** Every event of a job that has come, the repeated ones too; waits until one of the given attempt has. */
  of(jobId: string, attempt: number): Promise<JobEvent[]>;
}

/** A rule on the stack's bus as a user would make one, and the queue that it fills. */
export async function terminalEvents({ aws, sqs }: Pipeline, EventBusName: string): Promise<TerminalEvents> {
  const Name = `events-${randomUUID()}`;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: Name }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const bus = new EventBridgeClient(aws);
  const EventPattern = JSON.stringify({ source: ['dropscore'] });
  await bus.send(new PutRuleCommand({ EventBusName, Name, EventPattern }));
  const Targets = [{ Id: 'queue', Arn: Attributes?.QueueArn }];
  await bus.send(new PutTargetsCommand({ EventBusName, Rule: Name, Targets }));

  const found: JobEvent[] = [];
  const receive = async () => {
    const wanted = { QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(wanted));
    for (const { Body = '{}', ReceiptHandle } of Messages) {
      found.push(JSON.parse(Body).detail);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };
  return {
    async of(jobId, attempt) {
      const own = () => found.filter((event) => event.jobId === jobId);
      while (!own().some((event) => event.attempt === attempt)) await receive();
      return own();
    },
  };
}
