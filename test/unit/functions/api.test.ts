import { describe, expect, it, vi } from 'vitest';
import type { PredictAnswer, PredictRequest } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { InputRejected } from '../../../core/errors.ts';
import { MODEL } from '../factories.ts';
import { anApi } from './api-world.ts';

const PREDICT = 'POST /models/{model}/predict';
const path = { model: MODEL.name };
const named = (name: string, fields: object = {}) =>
  Object.assign(new Error('secret value'), { name, ...fields });

describe('a request is held to the document', () => {
  it.each<[string, string, number, object]>([
    ['no JSON', '{"records":', 400, { code: 'not_json' }],
    ['nothing', '', 400, { code: 'not_json' }],
    ['JSON that is no object', '[]', 400, { detail: 'The body must be object.', errors: [{ pointer: '' }] }],
    ['a body without its field', '{}', 400, { errors: [{ pointer: '/records', code: 'missing' }] }],
    [
      'a field too many',
      '{"records":[{}],"record/s":1}',
      400,
      { errors: [{ pointer: '/record~1s', code: 'unknown_field' }] },
    ],
    [
      'a value that is a list',
      '{"records":[{"radius":[1]}]}',
      400,
      { errors: [{ pointer: '/records/0/radius', code: 'invalid' }] },
    ],
    ['a number that is none', '{"records":[{"radius":1e999}]}', 400, { code: 'invalid_request' }],
    ['no record', '{"records":[]}', 400, { errors: [{ pointer: '/records' }] }],
    ['half a surrogate pair', '{"records":[{"radius":"\\ud83d"}]}', 400, { code: 'invalid_request' }],
    ['half of one in a name', '{"records":[{"\\uDE00":1}]}', 400, { code: 'invalid_request' }],
    [
      'more than it may hold',
      `{"records":[{"radius":"${'x'.repeat(2 ** 20)}"}]}`,
      413,
      { code: 'body_too_large' },
    ],
  ])('%s', async (_, body, status, problem) => {
    const { status: given, told } = await anApi().call(PREDICT, { path, body });
    expect([given, told]).toMatchObject([status, { status, ...problem }]);
  });

  it('a thousand records are taken and one more is refused', async () => {
    const { call } = anApi();
    const body = (count: number) => ({ records: Array.from({ length: count }, () => ({})) });
    expect((await call(PREDICT, { path, body: body(1000) })).told.code).not.toBe('invalid_request');
    expect((await call(PREDICT, { path, body: body(1001) })).told.code).toBe('invalid_request');
  });

  it.each<[string, object, number]>([
    ['10,000 fields', Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [i, 1])), 200],
    ['a field more', Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [i, 1])), 400],
    ['a name of 1,024 characters', { ['é'.repeat(1024)]: 1 }, 200],
    ['a longer name', { ['é'.repeat(1025)]: 1 }, 400],
    ['nearly a body of text', { radius: 'x'.repeat(2 ** 20 - 50) }, 200],
  ])('%s: what is taken, the predictor takes too', async (_, record, status) => {
    const predict = async (_runtime: string, request: PredictRequest): Promise<PredictAnswer> => {
      parseContract('predict-request', request);
      return { ok: true, runtime: 'classic', predictions: [{ model: MODEL.name, version: 2, score: 1 }] };
    };
    const { status: given, told } = await anApi({ predict }).call(PREDICT, {
      path,
      body: { records: [record] },
    });
    expect([given, told.errors?.length]).toEqual([status, status === 400 ? 1 : undefined]);
  });

  it('a body of another type is refused', async () => {
    const { status } = await anApi().call(PREDICT, {
      path,
      headers: { 'content-type': 'text/csv' },
      body: 'a',
    });
    expect(status).toBe(415);
  });

  it('every fault is named, in path and query too, and no value is quoted', async () => {
    const query = { limit: 'many', colour: 'red' };
    const { told, body } = await anApi().call('GET /jobs/{jobId}/scores', { path: { jobId: 'x' }, query });
    expect(told.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      'colour',
      'jobId',
      'limit',
    ]);
    expect(body).not.toMatch(/many|red/);
  });

  it('a whole surrogate pair is text', async () => {
    const { told } = await anApi().call(PREDICT, { path, body: '{"records":[{"radius":"\\ud83d\\ude00"}]}' });
    expect(told.code).not.toBe('invalid_request');
  });

  it.each([
    ['DELETE /jobs', '/jobs', 405, 'POST, GET'],
    ['HEAD /models', '/models', 405, 'GET'],
    ['GET /nothing', '/nothing', 404, undefined],
    ['GET {proxy+}', '/jobs/', 404, undefined],
  ])('%s is not in it', async (operation, asked, status, allow) => {
    const [method = ''] = operation.split(' ');
    const { dependencies } = anApi();
    const { answer } = await import('../../../functions/api/api.ts');
    const request = {
      id: 'x',
      method,
      resource: '/{proxy+}',
      path: asked,
      pathParameters: {},
      query: {},
      headers: {},
    };
    const given = await answer(request, dependencies);
    expect([given.status, given.headers.allow]).toEqual([status, allow]);
  });
});

describe('what goes wrong is told by a problem', () => {
  it.each<[string, unknown, number, string]>([
    ['a model that cannot be used', new InputRejected('model_invalid', 'Broken.'), 409, 'model_invalid'],
    ['throttling', named('TooManyRequestsException'), 503, 'throttled'],
    ['a service that fails', named('InternalServerError', { $fault: 'server' }), 503, 'unavailable'],
    ['a model that is slow', named('Sandbox.Timedout'), 504, 'too_slow'],
    ['an answer too large for Lambda', named('Function.ResponseSizeTooLarge'), 413, 'answer_too_large'],
    ['a fault', named('KeyError'), 500, 'internal_error'],
    ['what is no error', 'boom', 500, 'internal_error'],
  ])('%s', async (_, error, status, code) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { call } = anApi({ predict: () => Promise.reject(error) });
    const given = await call(PREDICT, { path, body: { records: [{}] } });
    expect([given.status, given.told.code]).toEqual([status, code]);
    expect(given.told.instance).toMatch(/^urn:uuid:/);
    expect(JSON.stringify([given.body, log.mock.calls])).not.toContain('secret value');
    log.mockRestore();
  });

  it('an answer of more than 6 MB as Lambda counts it', async () => {
    const predictions = Array.from({ length: 1000 }, () => ({
      model: MODEL.name,
      version: 2,
      prediction: '"'.repeat(2000),
    }));
    const { call } = anApi({ predict: async () => ({ ok: true, runtime: 'classic', predictions }) });
    const { status } = await call(PREDICT, { path, body: { records: [{}] } });
    expect(status).toBe(413);
  });
});
