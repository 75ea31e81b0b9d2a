import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Pipeline } from './pipeline.ts';

/** A rule on the stack's bus as a user would make one, with a queue as its target. */
export async function jobEvents({ aws, sqs }: Pipeline, EventBusName: string, detailType: string) {
  const Name = `${detailType.replace(' ', '-')}-${randomUUID()}`;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: Name }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const bus = new EventBridgeClient(aws);
  const EventPattern = JSON.stringify({ source: ['dropscore'], 'detail-type': [detailType] });
  await bus.send(new PutRuleCommand({ EventBusName, Name, EventPattern }));
  const Targets = [{ Id: 'queue', Arn: Attributes?.QueueArn }];
  await bus.send(new PutTargetsCommand({ EventBusName, Rule: Name, Targets }));

  return {
    /** The first event of a job, or of a run; waits until there is one. */
    async of(id: string): Promise<Record<string, unknown>> {
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }),
        );
        const found = Messages.map(({ Body = '{}' }) => JSON.parse(Body).detail).find(
          (detail) => detail.jobId === id || detail.runId === id,
        );
        if (found) return found;
      }
    },
  };
}
