import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apiKeys } from '../../aws/api-keys.ts';
import { apiGatewayClient } from '../../aws/clients.ts';
import { describeStack } from '../../aws/stack-outputs.ts';
import type { SettingsInput } from '../../infra/settings.ts';
import { localAws } from '../../local/local-aws.ts';
import { writeRecord } from '../../local/local-record.ts';
import { down, status, type UpResult, up } from '../../local/local-stack.ts';

// Hosts start and stop in these tests, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 120_000 });

const stateDirectory = mkdtempSync(path.join(tmpdir(), 'dropscore-local-'));
const bring = (settings: SettingsInput = {}, more = {}) => up({ stateDirectory, settings, ...more });

let first: UpResult;

beforeAll(async () => {
  process.env.SECRET_OF_THE_USER = 'not for functions';
  first = await bring();
});
afterAll(() => down({ stateDirectory }));

const clientsOf = async ({ stack }: UpResult) => {
  const options = localAws(stack.endpoint);
  const { resources } = await describeStack(options, stack.stack);
  return {
    options,
    resources,
    s3: new S3Client({ ...options, forcePathStyle: true }),
    tables: new DynamoDBClient(options),
  };
};

const environmentOf = (pid: number): string =>
  process.platform === 'linux'
    ? readFileSync(`/proc/${pid}/environ`, 'utf8')
    : execFileSync('ps', ['eww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });

function groupExists(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

describe('up', () => {
  test('starts a stack, and says where it is', () => {
    expect(first.outcome).toBe('started');
    expect(first.stack.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(status({ stateDirectory })).toEqual({
      running: true,
      stack: first.stack,
      log: path.join(stateDirectory, 'host.log'),
    });
    expect(JSON.parse(readFileSync(path.join(stateDirectory, 'local.json'), 'utf8'))).toEqual(first.stack);
  });

  test('makes a key of the HTTP API, which opens it, and which nobody else on this machine can read', async () => {
    const { url, key } = first.stack.api ?? expect.unreachable();
    expect((await fetch(`${url}/jobs`)).status).toBe(403);
    expect((await fetch(`${url}/jobs`, { headers: { 'x-api-key': key } })).status).toBe(200);
    expect(statSync(path.join(stateDirectory, 'local.json')).mode & 0o777).toBe(0o600);
  });

  test('does nothing where nothing changed', async () => {
    const steps: string[] = [];
    const again = await bring(
      {},
      { onStep: ({ what, ms }: { what: string; ms?: number }) => steps.push(`${what} ${ms === undefined}`) },
    );
    expect(again).toEqual({ stack: first.stack, outcome: 'unchanged' });
    expect(steps).toEqual([
      'Bundling the functions true',
      'Bundling the functions false',
      'Synthesising the template true',
      'Synthesising the template false',
    ]);
  });

  test('deploys a pipeline whose roles let its functions work: a drop becomes a job', async () => {
    const { resources, s3, tables } = await clientsOf(first);
    await s3.send(
      new PutObjectCommand({
        Bucket: resources.inputBucket,
        Key: 'incoming/no-such-model/rows.csv',
        Body: 'a\n1\n',
      }),
    );
    for (;;) {
      const { Items = [] } = await tables.send(new ScanCommand({ TableName: resources.jobsTable }));
      const state = Items.find(({ sk }) => sk?.S === 'state');
      // The index attribute goes when the event was sent: fan-out, stream, complete and bus have all done their part.
      if (state && !state.openShard) {
        expect(state.status?.S).toBe('failed');
        break;
      }
      await sleep(50);
    }
  });

  test('hands nothing of the user’s environment to the host and its functions', () => {
    const environment = environmentOf(first.stack.pid);
    expect(environment).toContain('BIND_HOST=127.0.0.1');
    expect(environment).not.toContain('not for functions');
    expect(environment).not.toMatch(new RegExp(`HOME=${process.env.HOME}[ \\0]`));
  });

  test('brings a changed template up to date, and keeps the data', async () => {
    const { resources, s3 } = await clientsOf(first);
    const kept = { Bucket: resources.inputBucket, Key: 'uploads/kept.csv' };
    await s3.send(new PutObjectCommand({ ...kept, Body: 'a\n1\n' }));
    const changed = await bring({ chunkRows: 500, scoresRetentionDays: 30 });
    expect(changed.outcome).toBe('updated');
    expect(changed.stack.pid).toBe(first.stack.pid);
    expect(changed.stack.api).toEqual(first.stack.api);
    expect(changed.stack.fingerprint).not.toBe(first.stack.fingerprint);
    await expect(s3.send(new HeadObjectCommand(kept))).resolves.toBeDefined();
  });

  test('makes another key where the first was revoked', async () => {
    const { resources, options } = await clientsOf(first);
    const keys = apiKeys(apiGatewayClient(options), resources.apiUsagePlan ?? '');
    for (const { id } of await keys.list()) await keys.revoke(id);
    const { api } = (await bring({ chunkRows: 500, scoresRetentionDays: 30 })).stack;
    expect(api?.key).not.toBe(first.stack.api?.key);
    expect((await keys.list()).map(({ name }) => name)).toEqual(['local']);
  });

  test('has no address and no key to tell where the HTTP API is left out', async () => {
    const { stack, outcome } = await bring({ api: { enabled: false } });
    expect([outcome, stack.api]).toEqual(['updated', undefined]);
  });

  test('starts afresh where it is asked to, at the same address', async () => {
    const fresh = await bring({}, { fresh: true });
    expect(fresh.outcome).toBe('restarted');
    expect(fresh.stack.pid).not.toBe(first.stack.pid);
    expect(fresh.stack.endpoint).toBe(first.stack.endpoint);
  });

  test('called twice at the same moment starts one host', async () => {
    await down({ stateDirectory });
    const [one, other] = await Promise.all([bring(), bring()]);
    expect(one.stack).toEqual(other.stack);
    expect([one.outcome, other.outcome].sort()).toEqual(['started', 'unchanged']);
  });

  test('notices that the host was killed', async () => {
    const before = status({ stateDirectory });
    if (!before.running) throw new Error('no stack runs');
    process.kill(-before.stack.pid, 'SIGKILL');
    while (status({ stateDirectory }).running) await sleep(20);
    expect((await bring()).outcome).toBe('started');
  });

  test('takes a process that got the id of a dead host for what it is', async () => {
    const record = { ...first.stack, pid: process.pid };
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'dropscore-stale-'));
    writeRecord(elsewhere, record);
    expect(status({ stateDirectory: elsewhere }).running).toBe(false);
    expect(await down({ stateDirectory: elsewhere })).toBe(false);
  });
});

test('down stops the host and its workers, and leaves the log', async () => {
  const before = status({ stateDirectory });
  if (!before.running) throw new Error('no stack runs');
  expect(await down({ stateDirectory })).toBe(true);
  while (groupExists(before.stack.pid)) await sleep(20);
  expect(status({ stateDirectory })).toEqual({ running: false, log: before.log });
  expect(existsSync(path.join(stateDirectory, 'local.json'))).toBe(false);
  expect(existsSync(before.log)).toBe(true);
  expect(await down({ stateDirectory })).toBe(false);
});
