import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../../contracts/generated/types.ts';
import { MODEL } from '../factories.ts';
import { anApi, aScore } from './api-world.ts';

const PREDICT = 'POST /models/{model}/predict';
const path = { model: MODEL.name };
const { name: model, version } = MODEL;
const body = { records: [{ radius: 1 }, { radius: 'x' }] };
const GOOD: Prediction = { model, version, prediction: 0.5 };
const BAD: Prediction = {
  model,
  version,
  error: { code: 'not_a_number', message: 'radius is no number', column: 'a/b~c' },
};

const answering = (...predictions: Prediction[]) =>
  anApi({ predict: async () => ({ ok: true, runtime: 'classic', predictions, unknownFields: ['colour'] }) });

describe('a prediction', () => {
  it('stands in the place of its record, and an error fails no other', async () => {
    const { status, told } = await answering(GOOD, BAD).call(PREDICT, { path, body });
    expect(status).toBe(200);
    expect(told).toEqual({ model, version, predictions: [GOOD, BAD], unknownFields: ['colour'] });
  });

  it('of records that all are refused is a problem that names each field', async () => {
    const { status, told } = await answering(BAD, BAD).call(PREDICT, { path, body });
    expect([status, told.code]).toEqual([400, 'records_refused']);
    expect(told.errors).toMatchObject([{ pointer: '/records/0/a~1b~0c', code: 'not_a_number' }, {}]);
  });

  it.each<[string, object, number, string]>([
    ['no such model', { path: { model: 'tumour' } }, 404, 'model_missing'],
    ['no such version', { body: { ...body, version: 3 } }, 404, 'model_missing'],
  ])('%s', async (_, change, status, code) => {
    const given = await answering(GOOD).call(PREDICT, { path, body, ...change });
    expect([given.status, given.told.code]).toEqual([status, code]);
  });

  it.each([
    ['not_explainable', 422],
    ['golden_rows_differ', 409],
  ] as const)('that the model cannot make: %s', async (code, status) => {
    const reason = { code, message: 'No.' };
    const { call } = anApi({ predict: async () => ({ ok: false, runtime: 'classic', reason }) });
    const given = await call(PREDICT, { path, body: { ...body, explain: true } });
    expect([given.status, given.told.code]).toEqual([status, code]);
  });

  it('by a runtime that is not deployed is refused', async () => {
    const { told } = await anApi({ runtimes: ['onnx'] }).call(PREDICT, { path, body });
    expect(told.code).toBe('unknown_runtime');
  });
});

describe('models', () => {
  it('are listed, with the reason of one that cannot be used', async () => {
    const { told } = await anApi().call('GET /models');
    expect(told.models).toMatchObject([
      { name: 'houses', problem: expect.stringContaining('No version of model houses is current') },
      { name: model, version, kind: 'regression', idColumn: 'id' },
    ]);
  });

  it('tell their columns one by one', async () => {
    const { call } = anApi();
    const { told } = await call('GET /models/{model}', { path });
    expect(told.features).toEqual([{ name: 'radius', type: 'float', nullable: true }]);
    expect((await call('GET /models/{model}', { path, query: { version: '7' } })).status).toBe(404);
  });
});

describe('scores of a record', () => {
  const RECORD = 'GET /models/{model}/records/{id}';

  it('are found by its id', async () => {
    const api = anApi();
    api.rows.push(aScore(0), aScore(1));
    const { told } = await api.call(RECORD, { path: { model, id: '01' } });
    expect(told.scores).toMatchObject([{ row: 1 }]);
  });

  it('of the current version come first, and which that is is told', async () => {
    const api = anApi();
    const ofVersion = (row: number, version: number) => aScore(row, { recordId: 'a', version });
    api.rows.push(
      ofVersion(4, version + 1),
      ofVersion(3, version),
      ofVersion(2, version + 1),
      ofVersion(1, version),
    );
    const { told } = await api.call(RECORD, { path: { model, id: 'a' } });
    expect(told.currentVersion).toBe(version);
    expect(told.scores.map(({ row }: { row: number }) => row)).toEqual([3, 1, 4, 2]);
  });

  it('that are large are as many as fit', async () => {
    const api = anApi();
    for (let row = 0; row < 10; row++)
      api.rows.push(aScore(row, { recordId: 'a', passthrough: { note: 'x'.repeat(390_000) } }));
    const { told } = await api.call(RECORD, { path: { model, id: 'a' } });
    expect(told.scores).toHaveLength(6);
  });

  it.each([
    ['nothing', '02', 404, 'no_such_record'],
    ['nothing that no key can hold', 'é'.repeat(1021), 404, 'no_such_record'],
  ])('%s', async (_, id, status, code) => {
    const asked: string[] = [];
    const api = anApi();
    api.dependencies.scores.scoresOfRecord = async function* (_model, recordId) {
      asked.push(recordId);
      yield [];
    };
    const given = await api.call(RECORD, { path: { model, id } });
    expect([given.status, given.told.code]).toEqual([status, code]);
    expect(asked.filter((recordId) => Buffer.byteLength(recordId) > 2048 - model.length)).toEqual([]);
  });

  it('cannot be found where the model names no id', async () => {
    const api = anApi();
    delete (api.manifest as { idColumn?: string }).idColumn;
    const { told } = await api.call(RECORD, { path: { model, id: '1' } });
    expect(told.code).toBe('no_id_column');
  });
});

describe('an upload', () => {
  const upload = (changes: object = {}) =>
    anApi().call('POST /uploads', { body: { model, name: 'té st.csv', bytes: 3, ...changes } });

  it('is a request to make', async () => {
    const { status, told } = await upload();
    expect(status).toBe(201);
    expect(told).toMatchObject({
      method: 'PUT',
      key: `incoming/${model}/té st.csv`,
      headers: { 'content-length': '3' },
    });
  });

  it.each<[object, number]>([
    [{ name: 'a/b.csv' }, 400],
    [{ name: '..' }, 400],
    [{ name: 'a\nb' }, 400],
    [{ name: 'é'.repeat(600) }, 400],
    [{ bytes: 5 * 2 ** 30 + 1 }, 400],
    [{ bytes: 1.5 }, 400],
    [{ model: 'houses' }, 404],
  ])('%j is refused', async (changes, status) => {
    expect((await upload(changes)).status).toBe(status);
  });
});
