import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
} from '@aws-sdk/client-api-gateway';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { python } from '../../local/host-environment.ts';
import { type HostProcess, logFile, startHost, stopHost } from '../../local/host-process.ts';
import { localAws } from '../../local/local-aws.ts';
import { probeTemplate } from './probe-template.ts';

// Hosts start and stop in these tests, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 120_000 });

/**
 * Each repair of local/host/repairs.py twice: that it works, and that the host still needs it. When one of the second kind
 * fails after an upgrade of MiniStack, its repair can go.
 */

/** Of a Python function. */
const MOST_WORKERS = Math.max(2, cpus().length);

interface Probe {
  host: HostProcess;
  log: string;
  outputs: Record<string, string>;
  s3: S3Client;
  sqs: SQSClient;
  tables: DynamoDBClient;
}

const started: { host: HostProcess; stateDirectory: string }[] = [];
afterAll(async () => {
  for (const { host, stateDirectory } of started) await stopHost(host, stateDirectory);
});

/** An interpreter that is not the host's: a virtual environment without anything in it. */
const otherEnvironment = mkdtempSync(path.join(tmpdir(), 'dropscore-python-'));
execFileSync(python(), ['-m', 'venv', '--without-pip', otherEnvironment]);
const otherPython = path.join(otherEnvironment, 'bin/python');

/** While it is there, a worker of one of the functions answers, and no other one comes up. */
const answering = path.join(otherEnvironment, 'answering');

const repaired = startProbe();

/** [the name of the repair, what is observed, what AWS shows, what the host shows without it] */
const REPAIRS: [string, (probe: Probe) => Promise<unknown>, unknown, unknown][] = [
  ['range_of_version', rangeOfVersion, [206, '234'], [200, '0123456789']],
  ['batch_item_failures', messageAfterGarbage, 'delivered again', 'deleted'],
  ['iam_action_names', batchWithRoleForSending, 'sent', 'denied'],
  ['loopback_counts_as_tls', visitOfTlsOnlyQueue, 'let in', 'AccessDenied'],
  ['streams_on_their_own_thread', queueBesideSlowStream, 'released', 'gave-up'],
  ['worker_output', outputOfRunningWorker, true, false],
  ['json_logs', objectsInTheLog, [1, 2], []],
  ['own_interpreter', interpreterOfFunction, 'its own', 'the host’s'],
  ['workers_fail_alone', answerBesideFailingWorker, 'answered', 'Worker process died'],
  ['rest_paths_as_sent', pathOfRequest, '/a%2Fb%20%25', 'no such path'],
  ['key_of_caller', callerOfRequest, true, false],
  [
    'preflights_by_origin',
    originsOfPreflights,
    ['https://one.example', 'https://two.example', 'https://one.example'],
    ['https://one.example', 'https://one.example', 'https://one.example'],
  ],
  ['scheduled_time', timeOfSchedule, 'the time', '<aws.scheduler.scheduled-time>'],
];

describe.each(REPAIRS)('%s', (name, observe, onAws, unrepaired) => {
  test('behaves as on AWS', async () => {
    expect(await observe(await repaired)).toEqual(onAws);
  });

  test('is still needed', async () => {
    expect(await observe(await startProbe([name]))).toEqual(unrepaired);
  });
});

test('callers of a function share as many workers as there are processors, and none is refused', async () => {
  const { host, outputs } = await repaired;
  const lambda = new LambdaClient(localAws(host.endpoint));
  const callers = 4 * MOST_WORKERS;
  const answers = await Promise.all(
    Array.from({ length: callers }, () =>
      lambda.send(new InvokeCommand({ FunctionName: outputs.WorkerFunction })),
    ),
  );
  const workers = answers.map(({ Payload }) => Number(Buffer.from(Payload ?? []).toString()));
  expect(workers.every((pid) => pid > 0)).toBe(true);
  expect(new Set(workers).size).toBeLessThanOrEqual(MOST_WORKERS);
});

test('messages share them as well, whatever more their event source allows', async () => {
  const { sqs, outputs, log } = await repaired;
  const QueueUrl = outputs.WorkerQueue;
  const send = () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'anything' }));
  await Promise.all(Array.from({ length: 4 * MOST_WORKERS }, send));
  await eventually(async () => (await messages(sqs, QueueUrl)) === 0 || undefined);
  const workers = readFileSync(log, 'utf8').match(/(?<=worked in )\d+/g);
  expect(new Set(workers).size).toBeGreaterThan(0);
  expect(new Set(workers).size).toBeLessThanOrEqual(MOST_WORKERS);
});

async function startProbe(withoutRepairs: string[] = []): Promise<Probe> {
  const stateDirectory = mkdtempSync(path.join(tmpdir(), 'dropscore-host-'));
  const host = await startHost({ stateDirectory, enforceIam: true, withoutRepairs });
  started.push({ host, stateDirectory });
  const options = localAws(host.endpoint);
  const stacks = new CloudFormationClient(options);
  await stacks.send(
    new CreateStackCommand({
      StackName: 'probe',
      TemplateBody: JSON.stringify(probeTemplate(otherPython, answering)),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  const outputs = await eventually(async () => {
    const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName: 'probe' }));
    if (stack?.StackStatus?.endsWith('_IN_PROGRESS')) return undefined;
    expect(stack?.StackStatus).toBe('CREATE_COMPLETE');
    return Object.fromEntries((stack?.Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue]));
  });
  return {
    host,
    log: logFile(stateDirectory),
    outputs: outputs as Record<string, string>,
    s3: new S3Client({ ...options, forcePathStyle: true }),
    sqs: new SQSClient(options),
    tables: new DynamoDBClient(options),
  };
}

async function pathOfRequest(probe: Probe) {
  const { answer } = await askWithKey(probe, '/a%2Fb%20%25');
  return answer.ok ? ((await answer.json()) as { path: string }).path : 'no such path';
}

/** Whether the function learns the id of the key that it was asked with. */
async function callerOfRequest(probe: Probe) {
  const { id, answer } = await askWithKey(probe, '/thing');
  return ((await answer.json()) as { caller?: string }).caller === id;
}

async function originsOfPreflights({ host, outputs }: Probe) {
  const url = `${host.endpoint}/_aws/execute-api/${outputs.Api}/v1/thing`;
  const allowed: unknown[] = [];
  for (const origin of ['https://one.example', 'https://two.example', 'https://three.example']) {
    const { headers } = await fetch(url, { method: 'OPTIONS', headers: { origin } });
    allowed.push(headers.get('access-control-allow-origin'));
  }
  return allowed;
}

async function askWithKey({ host, outputs }: Probe, path: string) {
  const gateway = new APIGatewayClient(localAws(host.endpoint));
  const { id, value = '' } = await gateway.send(new CreateApiKeyCommand({ name: 'probe', enabled: true }));
  await gateway.send(
    new CreateUsagePlanKeyCommand({ usagePlanId: outputs.Plan, keyId: id, keyType: 'API_KEY' }),
  );
  const answer = await fetch(`${host.endpoint}/_aws/execute-api/${outputs.Api}/v1${path}`, {
    headers: { 'x-api-key': value },
  });
  return { id, answer };
}

async function rangeOfVersion({ s3, outputs }: Probe) {
  const location = { Bucket: outputs.Bucket, Key: 'digits' };
  const { VersionId } = await s3.send(new PutObjectCommand({ ...location, Body: '0123456789' }));
  const part = await s3.send(new GetObjectCommand({ ...location, VersionId, Range: 'bytes=2-4' }));
  return [part.$metadata.httpStatusCode, await part.Body?.transformToString()];
}

async function messageAfterGarbage({ sqs, outputs }: Probe) {
  await sqs.send(new SendMessageCommand({ QueueUrl: outputs.GarbageQueue, MessageBody: 'anything' }));
  return eventually(async () => {
    if ((await messages(sqs, outputs.GarbageQueue)) > 0) return undefined;
    return (await messages(sqs, outputs.GarbageDeadLetters)) === 1 ? 'delivered again' : 'deleted';
  });
}

async function timeOfSchedule({ sqs, outputs }: Probe) {
  return eventually(async () => {
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: outputs.ScheduledQueue, WaitTimeSeconds: 1 }),
    );
    if (!message?.Body) return undefined;
    const { at } = JSON.parse(message.Body);
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(at) ? 'the time' : at;
  });
}

async function batchWithRoleForSending({ sqs, outputs }: Probe) {
  await sqs.send(new SendMessageCommand({ QueueUrl: outputs.SenderQueue, MessageBody: 'anything' }));
  return eventually(async () => {
    if ((await messages(sqs, outputs.SenderDeadLetters)) === 1) return 'denied';
    return (await messages(sqs, outputs.TlsOnlyQueue)) === 1 ? 'sent' : undefined;
  });
}

async function visitOfTlsOnlyQueue({ sqs, outputs }: Probe) {
  return messages(sqs, outputs.TlsOnlyQueue).then(
    () => 'let in',
    (error: Error) => error.name,
  );
}

/** The stream's handler waits for what the queue's handler does: where they share a thread, it waits in vain. */
async function queueBesideSlowStream(probe: Probe) {
  await startFollower(probe);
  await probe.sqs.send(
    new SendMessageCommand({ QueueUrl: probe.outputs.ReleaserQueue, MessageBody: 'anything' }),
  );
  return eventually(async () => {
    const seen = await keysOf(probe);
    return ['released', 'gave-up'].find((key) => seen.includes(key));
  });
}

/** Whether a worker's line is in the log while its invocation still runs. */
async function outputOfRunningWorker(probe: Probe) {
  await startFollower(probe);
  return readFileSync(probe.log, 'utf8').includes('the follower waits');
}

/** Has the stream's handler wait. A second time it has ended already, and what it said still stands in the log. */
async function startFollower(probe: Probe) {
  const { tables, outputs } = probe;
  await tables.send(new PutItemCommand({ TableName: outputs.Table, Item: { pk: { S: 'any' } } }));
  await eventually(async () => ((await keysOf(probe)).includes('waiting') ? true : undefined));
}

/** What two functions logged, as far as it is one JSON object a line: `number` of each. */
async function objectsInTheLog({ sqs, outputs, log }: Probe) {
  for (const talker of ['PythonTalker', 'NodeTalker']) {
    await sqs.send(new SendMessageCommand({ QueueUrl: outputs[`${talker}Queue`], MessageBody: 'anything' }));
    await eventually(async () => (await messages(sqs, outputs[`${talker}DeadLetters`])) || undefined);
  }
  const lines =
    readFileSync(log, 'utf8').match(/\{"timestamp".*"level": ?"INFO".*(python said|node_said).*\}/g) ?? [];
  const numbers = lines
    .map((line) => JSON.parse(line))
    .map(({ number, message }) => number ?? message.number);
  return [...new Set(numbers)];
}

async function interpreterOfFunction({ sqs, outputs, log }: Probe) {
  await sqs.send(new SendMessageCommand({ QueueUrl: outputs.InterpretedQueue, MessageBody: 'anything' }));
  await eventually(async () => (await messages(sqs, outputs.InterpretedDeadLetters)) || undefined);
  const [line = '{}'] = readFileSync(log, 'utf8').match(/\{"timestamp".*interpreted by.*\}/) ?? [];
  return JSON.parse(line).prefix === otherEnvironment ? 'its own' : 'the host’s';
}

/** What a caller gets while a second one has a worker started that fails. */
async function answerBesideFailingWorker({ host, outputs }: Probe) {
  const lambda = new LambdaClient(localAws(host.endpoint));
  const call = async () => {
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: outputs.FickleFunction }));
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };
  const first = call();
  await eventually(async () => existsSync(answering) || undefined);
  await call();
  rmSync(answering);
  const answer = await first;
  return answer.errorMessage ?? answer;
}

async function keysOf({ s3, outputs }: Probe): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: outputs.Bucket }));
  return Contents.map(({ Key = '' }) => Key);
}

async function messages(sqs: SQSClient, QueueUrl: string | undefined): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return (
    Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
  );
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(50);
  }
}
