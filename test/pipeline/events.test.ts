import { readFileSync } from 'node:fs';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseContract } from '../../contracts/validate.ts';
import { theHost } from './host.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const SAMPLE = readFileSync('sample-data/breast_cancer.csv', 'utf8');
const MODEL = 'breast-cancer';
const [toQueue = '', toPeople = ''] = examplesOf('docs/events.md');

let pipeline: Pipeline;
let bus: string;
/** The queues at the end: of the first example, and of a subscription to the topic of the second. */
let ended: string;
let inbox: string;
beforeAll(async () => {
  pipeline = await thePipeline();
  bus = await theHost(pipeline).eventBus();
  ({ ended, inbox } = await deployed(teamStack(bus)));
});

describe('the rules of docs/events.md', () => {
  it('bring the end of a job to a queue', async () => {
    const id = await pipeline.drop('told.csv', SAMPLE);
    const event = await received(ended, (body) => body.includes(id));
    const { source, detail, 'detail-type': type } = JSON.parse(event);
    expect([source, type]).toEqual(['dropscore', 'Job Completed']);
    expect(parseContract('job-event', detail)).toMatchObject({ eventId: `${id}#1`, rowsScored: 569 });
  });

  it('bring a failed job of a model to a topic, in words', async () => {
    const id = await pipeline.drop('wrong.csv', SAMPLE.replace('mean radius', 'x'));
    const { job } = await pipeline.ended(id);
    const words = await received(inbox, (body) => body.includes('wrong.csv'));
    expect(JSON.parse(words)).toBe(`Job Failed: ${job.source.key}`);
  });

  it('bring a held job to the topic, and nothing of another model', async () => {
    const held = JSON.parse(readFileSync('contracts/examples/hold-event.json', 'utf8')).find(
      ({ valid }: { valid: boolean }) => valid,
    ).data;
    const put = (modelName: string, key: string) => ({
      EventBusName: bus,
      Source: 'dropscore',
      DetailType: 'Job Held',
      Detail: JSON.stringify({ ...held, modelName, source: { ...held.source, key } }),
    });
    const Entries = [put('another', 'incoming/another/a.csv'), put(MODEL, 'incoming/this/b.csv')];
    await new EventBridgeClient(pipeline.aws).send(new PutEventsCommand({ Entries }));
    const words = await received(inbox, (body) => body.includes('Job Held'));
    expect(JSON.parse(words)).toBe('Job Held: incoming/this/b.csv');
  });
});

/** The TypeScript of a page, an example each. */
function examplesOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
}

/** What a team writes around the examples, which are run as they stand, but for the model's name. */
function teamStack(busName: string): Stack {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Team');
  const dropscore = { bus: events.EventBus.fromEventBusName(stack, 'Bus', busName) };
  const topic = new sns.Topic(stack, 'Topic');
  const mail = new sqs.Queue(stack, 'Inbox');
  topic.addSubscription(new subscriptions.SqsSubscription(mail, { rawMessageDelivery: true }));
  for (const code of [toQueue, toPeople.replace("'churn'", `'${MODEL}'`)])
    new Function('dropscore', 'topic', 'events', 'targets', 'sqs', code).call(
      stack,
      dropscore,
      topic,
      events,
      targets,
      sqs,
    );
  return stack;
}

async function deployed(stack: Stack): Promise<{ ended: string; inbox: string }> {
  const formation = new CloudFormationClient(pipeline.aws);
  const StackName = 'Team';
  // Without what would look for a bootstrapped account.
  const { Resources } = Template.fromStack(stack).toJSON();
  const TemplateBody = JSON.stringify({ Resources });
  await formation.send(new CreateStackCommand({ StackName, TemplateBody }));
  const waits = { client: formation, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
  await waitUntilStackCreateComplete(waits, { StackName });
  const { StackResources = [] } = await formation.send(new DescribeStackResourcesCommand({ StackName }));
  const queue = (id: string) =>
    StackResources.find(
      ({ ResourceType, LogicalResourceId = '' }) =>
        ResourceType === 'AWS::SQS::Queue' && LogicalResourceId.startsWith(id),
    )?.PhysicalResourceId ?? '';
  return { ended: queue('Ended'), inbox: queue('Inbox') };
}

/** The first message that is meant; waits for it. */
async function received(QueueUrl: string, isMeant: (body: string) => boolean): Promise<string> {
  for (;;) {
    const { Messages = [] } = await pipeline.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }),
    );
    const found = Messages.map(({ Body = '' }) => Body).find(isMeant);
    if (found !== undefined) return found;
  }
}
