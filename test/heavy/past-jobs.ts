import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../aws/clients.ts';
import { dynamodbRuns } from '../../aws/dynamodb-runs.ts';
import { putObject } from '../../aws/s3-objects.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import { ownStack } from '../../bench/own-stack.ts';
import type { BeginRescoreMessage } from '../../contracts/generated/types.ts';
import { openedState } from '../../core/job.ts';
import { INFO, jobId, jobPartition, STATE, sourcePlace, uploadKey } from '../../core/keys.ts';
import { freePort } from '../faults/faulted-stack.ts';
import { noticed } from '../faults/faults.ts';
import { type FaultProxy, startProxy } from '../faults/proxy.ts';
import { publishCopy } from '../faults/publish-copy.ts';
import { theHost } from '../pipeline/host.ts';
import { openPipeline, type Pipeline } from '../pipeline/open-pipeline.ts';
import { aJob } from '../unit/factories.ts';
import { atOnce } from './at-once.ts';
import { table } from './heavy-report.ts';
import { type FunctionMemory, watchMemory } from './worker-memory.ts';

const MODEL = 'many-past-jobs';
const RUN_ID = 'heavy@1';
const AT_ONCE = 16;
const POLL_MS = 250;
const PATIENCE_MS = 10 * 60_000;
/** Two items a job, and BatchWriteItem takes 25. */
const JOBS_A_WRITE = 12;
const OPERATIONS = [
  ...['Scan', 'Query', 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'].map((name) => `DynamoDB.${name}`),
  ...['S3.HeadObject', 'S3.GetObject', 'SQS.SendMessageBatch'],
];

/**
 * The real rescore function lists so many past jobs, on a stack of its own on which nobody takes up what it asks for. Prints Markdown.
 *
 * @returns what must not be, a line each.
 */
export async function listPastJobs(jobs: number): Promise<string[]> {
  const proxyPort = await freePort();
  const workerEndpoint = `http://127.0.0.1:${proxyPort}`;
  const { stack, close } = await ownStack({ stackName: 'Heavy' }, workerEndpoint);
  const proxy = await startProxy(proxyPort, stack.endpoint);
  try {
    const pipeline = await openPipeline(stack);
    await publishCopy(pipeline, MODEL, { version: 2 });
    await stopFanOut(pipeline);
    await writePastJobs(pipeline, jobs);
    const listing = await listingOf(pipeline, proxy);
    console.log(listingTable(jobs, listing));
    const { sent, queued, requests } = listing;
    return [
      ...(sent === jobs && queued === jobs ? [] : [`${sent} asked for and ${queued} queued of ${jobs}`]),
      ...(requests.get('DynamoDB.Scan') === 0 ? [] : ['a scan']),
    ];
  } finally {
    await close();
    await proxy.close();
  }
}

interface Listing {
  sent: number;
  queued: number;
  seconds: number;
  requests: ReadonlyMap<string, number>;
  memory: FunctionMemory | undefined;
}

async function listingOf(pipeline: Pipeline, proxy: FaultProxy): Promise<Listing> {
  const runs = dynamodbRuns(documentClient(pipeline.aws), pipeline.resources.jobsTable);
  // S3 tells a queue once that it will tell it.
  const before = await messagesOf(pipeline);
  const counted = OPERATIONS.map((on) => proxy.inject({ on, times: Number.POSITIVE_INFINITY }, noticed));
  const memory = watchMemory(pipeline.stack);
  const began = Date.now();
  await begin(pipeline);
  let run = await runs.readRun(RUN_ID);
  for (; !run?.listed; run = await runs.readRun(RUN_ID)) {
    if (Date.now() - began > PATIENCE_MS) throw new Error(`The run stands still at ${run?.found} sources.`);
    await sleep(POLL_MS);
  }
  return {
    sent: run.sent,
    queued: (await messagesOf(pipeline)) - before,
    seconds: (Date.now() - began) / 1000,
    requests: new Map(counted.map(({ rule, met }) => [rule.on, met.length])),
    memory: memory.stop().find(({ name }) => name === 'Rescore'),
  };
}

const listingTable = (jobs: number, { sent, queued, seconds, requests, memory }: Listing): string =>
  table(
    ['past jobs', 'asked for', 'in the queue', 'seconds', ...requests.keys(), 'MB of rescore, by quarters'],
    [
      [
        ...[jobs, sent, queued, seconds.toFixed(0), ...requests.values()],
        memory?.peaks.map((peak) => peak?.toFixed(0) ?? '-').join(', ') ?? '',
      ],
    ],
  );

/** What is asked for stays in the queue, and no request but rescore's is counted. */
async function stopFanOut(pipeline: Pipeline): Promise<void> {
  const lambda = new LambdaClient(pipeline.aws);
  const FunctionName = await theHost(pipeline).functionName(/FanOut/);
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName }),
  );
  for (const { UUID } of EventSourceMappings)
    await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
}

/** Jobs of version 1 that have ended, without unfinished business; their sources are there. */
async function writePastJobs({ aws, s3, resources }: Pipeline, jobs: number): Promise<void> {
  const documents = documentClient(aws);
  const at = new Date().toISOString();
  const model = { name: MODEL, version: 1, manifestSha256: '0'.repeat(64), runtime: 'classic' };
  const sources = await atOnce(AT_ONCE, [...Array(jobs).keys()], (number) =>
    putObject(s3, resources.inputBucket, uploadKey(MODEL, `${number}.csv`), 'a\n1\n', 'text/csv'),
  );
  const items = sources.map((source) => {
    const id = jobId(source, MODEL);
    const job = aJob({ jobId: id, modelName: MODEL, model, source, sourceTime: at, createdAt: at });
    const past = { modelOfPast: MODEL, sourcePlace: sourcePlace(source, at) };
    const state = { ...openedState(job), status: 'completed' };
    const pk = jobPartition(id);
    return [
      { pk, sk: INFO, ...job, ...past },
      { pk, sk: STATE, ...state },
    ];
  });
  const writes = Array.from({ length: Math.ceil(jobs / JOBS_A_WRITE) }, (_, i) =>
    items.slice(i * JOBS_A_WRITE, (i + 1) * JOBS_A_WRITE).flat(),
  );
  await atOnce(AT_ONCE, writes, (some) =>
    documents.send(
      new BatchWriteCommand({
        RequestItems: { [resources.jobsTable]: some.map((Item) => ({ PutRequest: { Item } })) },
      }),
    ),
  );
}

function begin({ sqs, resources }: Pipeline): Promise<void> {
  const bounds = { scope: 'changed', sources: 'newest', onOverlap: 'skip' } as const;
  const request = { modelName: MODEL, ...bounds, requestedBy: 'heavy' };
  const message: BeginRescoreMessage = { type: 'begin', runId: RUN_ID, request };
  return sendMessages(sqs, resources.rescoreQueueUrl, [JSON.stringify(message)]);
}

async function messagesOf({ sqs, resources }: Pipeline): Promise<number> {
  const asked = {
    QueueUrl: resources.intakeQueueUrl,
    AttributeNames: ['ApproximateNumberOfMessages' as const],
  };
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand(asked));
  return Number(Attributes?.ApproximateNumberOfMessages);
}
