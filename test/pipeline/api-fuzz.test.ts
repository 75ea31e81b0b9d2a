import { readFileSync } from 'node:fs';
import { expect, inject, it } from 'vitest';
import { incomingKey } from '../../core/keys.ts';
import { schemathesis } from '../fuzz/schemathesis.ts';
import { thePipeline } from './pipeline.ts';

it('the API answers what its document says, whatever it is asked', { timeout: 120_000 }, async () => {
  const pipeline = await thePipeline();
  const jobId = await pipeline.drop('fuzzed.csv', readFileSync('sample-data/breast_cancer.csv'));
  await pipeline.ended(jobId);
  const model = 'breast-cancer';
  const existing = {
    model,
    jobId,
    bucket: pipeline.resources.inputBucket,
    key: incomingKey(model, 'fuzzed.csv'),
  };
  const api = inject('stack').api ?? expect.unreachable();
  const { code, output } = await schemathesis(api, existing, { examples: 10, seed: 1, seconds: 15 });
  expect(code, output.slice(0, 20_000)).toBe(0);
});
