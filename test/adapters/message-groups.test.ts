import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { sendMessages } from '../../aws/sqs-sender.ts';
import { thePipeline } from '../pipeline/pipeline.ts';

it('messages of one group in a standard queue are received at the same time, each with its group', async () => {
  const { sqs } = await thePipeline();
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'groups' }));
  await sendMessages(sqs, QueueUrl, ['1', '2', '3'], 'job');
  const received: string[] = [];
  for (let left = 3; left > 0; left--) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['MessageGroupId'] }),
    );
    for (const { Body, Attributes } of Messages) received.push(`${Attributes?.MessageGroupId} ${Body}`);
  }
  expect(received.sort()).toEqual(['job 1', 'job 2', 'job 3']);
});
