import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { theApi } from './api-client.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';
import { publishVirality } from './virality.ts';

const POST = {
  text_hook: 'You will not believe this',
  caption: 'Day one #fyp',
  category: 'education',
  subcategory: 'languages',
  length: 23.5,
};
const PREDICT = 'POST /models/{model}/predict';
const path = { model: 'virality' };

const call = theApi();
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await thePipeline();
  await publishVirality(pipeline.stack);
});

describe('a prediction', () => {
  it('has a score and a tier, also where optional fields are left out', async () => {
    const { status, told } = await call(PREDICT, {
      path,
      body: { records: [POST, { ...POST, colour: 'red' }] },
    });
    expect(status).toBe(200);
    expect(told.predictions).toHaveLength(2);
    expect(told.predictions[0]).toMatchObject({
      model: 'virality',
      tier: expect.stringMatching(/^(low|medium|high|viral)$/),
    });
    expect(told.predictions[0].prediction).toBeGreaterThan(0);
    expect(told.predictions[1]).toEqual(told.predictions[0]);
    expect(told.unknownFields).toEqual(['colour']);
  });

  it('is what the row of a file gets', async () => {
    const csv = readFileSync('sample-data/breast_cancer.csv', 'utf8').split('\n');
    const [names = [], values = []] = csv.slice(0, 2).map((line) => line.split(','));
    const record = Object.fromEntries(
      names.map((name, i) => [name, i === 0 ? values[i] : Number(values[i])]),
    );
    const { told } = await call(PREDICT, {
      path: { model: 'breast-cancer' },
      body: { records: [record], explain: false },
    });
    const id = await pipeline.drop('one.csv', csv.slice(0, 2).join('\n'));
    await pipeline.ended(id);
    const [scored] = await pipeline.scoresOf(id, 1);
    expect(told.predictions[0]).toEqual({
      ...{ model: 'breast-cancer', version: 1, recordId: scored?.recordId, prediction: scored?.prediction },
      ...{ score: scored?.score, tier: scored?.tier, probabilities: scored?.probabilities },
    });
  });

  it('of a bad record is an error, and the others are scored', async () => {
    const { told } = await call(PREDICT, { path, body: { records: [{ ...POST, length: 'long' }, POST] } });
    expect(told.predictions[0].error).toMatchObject({ code: 'not_a_number', column: 'length' });
    expect(told.predictions[1]).toHaveProperty('tier');
  });

  it.each([
    [{ record: [POST] }, '/record'],
    [{ records: [{ ...POST, length: [1] }] }, '/records/0/length'],
    [{ records: [{ ...POST, length: 'long' }] }, '/records/0/length'],
  ])('of a wrong body is a 400 with the field named: %#', async (body, pointer) => {
    const { status, told } = await call(PREDICT, { path, body });
    expect(status).toBe(400);
    expect(told.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  it('of an oversized body is a 413', async () => {
    const body = { records: [{ ...POST, caption: 'x'.repeat(1 << 20) }] };
    expect((await call(PREDICT, { path, body })).status).toBe(413);
  });

  it('follows a promotion within seconds', async () => {
    const version = async () => (await call(PREDICT, { path, body: { records: [POST] } })).told.version;
    await version();
    const promoted = await publishVirality(pipeline.stack);
    await expect.poll(version, { timeout: 10_000, interval: 500 }).toBe(promoted);
  });
});

describe('a caller', () => {
  it('without a key is refused', async () => {
    const { status, told } = await call(PREDICT, { path, body: { records: [POST] }, key: '' });
    expect([status, told.code]).toEqual([403, 'no_key']);
  });

  it.each([
    ['GET /nothing', 404],
    ['DELETE /jobs', 405],
  ])('of %s is told what there is: %i', async (operation, status) => {
    expect((await call(operation)).status).toBe(status);
  });
});
