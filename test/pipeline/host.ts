import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { Pipeline } from './open-pipeline.ts';

/** What an operator can do to the stack that a user cannot: kill workers, invoke functions, reach dead-letter queues. */
export function theHost({ stack, aws, resources, sqs }: Pipeline) {
  const formation = new CloudFormationClient(aws);

  const functionName = async (logicalId: RegExp): Promise<string> => {
    const pages = paginateListStackResources({ client: formation }, { StackName: stack.stack });
    for await (const { StackResourceSummaries = [] } of pages)
      for (const { ResourceType, LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries)
        if (ResourceType === 'AWS::Lambda::Function' && logicalId.test(LogicalResourceId))
          return PhysicalResourceId;
    return '';
  };

  const output = async (name: string): Promise<string> => {
    const { Stacks } = await formation.send(new DescribeStacksCommand({ StackName: stack.stack }));
    return Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue ?? '';
  };

  return {
    functionName,

    async invoke(name: string): Promise<void> {
      const answer = await new LambdaClient(aws).send(new InvokeCommand({ FunctionName: name }));
      if (answer.FunctionError) throw new Error(Buffer.from(answer.Payload ?? []).toString());
    },

    chunkQueue: async (): Promise<string> => JSON.parse(await output('ChunkQueueUrls')).classic,
    unpackQueue: () => output('UnpackQueueUrl'),
    eventBus: () => output('EventBus'),
    workBucket: () => output('WorkBucket'),

    intakeQueue: () => resources.intakeQueueUrl,

    /** Messages of the chunk queue that are not done with: those that wait, are delayed, or are in a worker's hands. */
    async waiting(): Promise<number> {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: JSON.parse(await output('ChunkQueueUrls')).classic,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesNotVisible',
            'ApproximateNumberOfMessagesDelayed',
          ],
        }),
      );
      return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
    },

    /** The queue behind a queue. */
    async deadLettersOf(queueUrl: string): Promise<string> {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['RedrivePolicy'] }),
      );
      const arn: string = JSON.parse(Attributes?.RedrivePolicy ?? '{}').deadLetterTargetArn;
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: arn.split(':').at(-1) }));
      return QueueUrl ?? '';
    },
  };
}
