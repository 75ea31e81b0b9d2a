import { readFileSync } from 'node:fs';
import {
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  GetUsagePlanCommand,
  type PatchOperation,
  UpdateUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, inject, test } from 'vitest';
import { apiGatewayClient } from '../../aws/clients.ts';
import { thePipeline } from './pipeline.ts';
import { PAGES } from './stack.setup.ts';

const pipeline = await thePipeline();
const { url, key } = inject('stack').api ?? expect.unreachable();
const gateway = apiGatewayClient(pipeline.aws);
const usagePlanId = pipeline.resources.apiUsagePlan;

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(url + path, { method, headers });
const withKey = (headers: Record<string, string> = {}) => ({ 'x-api-key': key, ...headers });

describe('over what the usage plan allows', () => {
  const change = (patchOperations: PatchOperation[]) =>
    gateway.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));
  const replace = (values: object): PatchOperation[] =>
    Object.entries(values).map(([path, value]) => ({ op: 'replace', path, value: String(value) }));

  /** Changes the plan of the stack for as long as a test asks with a key of its own, and puts it back. */
  async function underPlan(changes: object, asks: (key: string) => Promise<void>) {
    const { throttle } = await gateway.send(new GetUsagePlanCommand({ usagePlanId }));
    const { id, value = '' } = await gateway.send(new CreateApiKeyCommand({ name: 'hasty', enabled: true }));
    await gateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId: id, keyType: 'API_KEY' }));
    await change(replace(changes));
    try {
      await asks(value);
    } finally {
      await change([
        ...replace({
          '/throttle/rateLimit': throttle?.rateLimit,
          '/throttle/burstLimit': throttle?.burstLimit,
        }),
        { op: 'remove', path: '/quota' },
      ]);
    }
  }

  test.each([
    [
      'rate',
      { '/throttle/rateLimit': '0.01', '/throttle/burstLimit': '2' },
      { code: 'too_many_requests', after: '1' },
    ],
    ['quota', { '/quota/limit': '2', '/quota/period': 'DAY' }, { code: 'quota_exceeded', after: '3600' }],
  ])('the %s, a key is refused with a problem that says when to ask again', async (_what, plan, problem) => {
    await underPlan(plan, async (hasty) => {
      const answers = [];
      for (let i = 0; i < 3; i++) answers.push(await ask('/models', { 'x-api-key': hasty }));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
      const last = answers[2] ?? expect.unreachable();
      expect(last.headers.get('content-type')).toBe('application/problem+json');
      expect(last.headers.get('retry-after')).toBe(problem.after);
      expect(await last.json()).toMatchObject({ status: 429, code: problem.code });
    });
  });
});

describe('a page', () => {
  test.each(PAGES)('of %s may ask before it sends its key, and read what it is answered', async (origin) => {
    const preflight = await ask('/jobs', { origin, 'access-control-request-method': 'POST' }, 'OPTIONS');
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-api-key');

    const { headers } = await ask('/jobs', withKey({ origin }));
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('vary')).toBe('origin');
  });

  test('of another origin may not, except for what the gateway says to everybody', async () => {
    const { headers } = await ask('/jobs', withKey({ origin: 'https://other.example' }));
    expect(headers.get('access-control-allow-origin')).toBeNull();
    const refused = await ask('/jobs', { origin: 'https://other.example' });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, '*']);
  });
});

test('records are found by ids that a path has to encode', async () => {
  const ids = ['a b', 'é', '50%', '50%25', 'a/b', 'a+b?c#d'];
  const [header = '', row = ''] = readFileSync('sample-data/breast_cancer.csv', 'utf8').split('\n');
  const at = header.split(',').indexOf('sample_id');
  const rows = ids.map((id) => row.split(',').with(at, id).join(','));
  const job = await pipeline.drop('odd-ids.csv', `${[header, ...rows].join('\n')}\n`);
  await pipeline.ended(job);
  for (const id of ids) {
    const answer = await ask(`/models/breast-cancer/records/${encodeURIComponent(id)}`, withKey());
    expect(await answer.json()).toMatchObject({ recordId: id, scores: [{ jobId: job }] });
  }
  expect((await ask('/models/breast-cancer/records/%zz', withKey())).status).toBe(400);
});
