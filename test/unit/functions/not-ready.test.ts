import { expect, test } from 'vitest';
import { answer } from '../../../functions/api/api.ts';
import type { ApiDependencies } from '../../../functions/api/dependencies.ts';

/** What a caller is told where a service fails by an error of this name. */
async function toldOf(name: string) {
  const failing = async () => {
    throw Object.assign(new Error('of a service'), { name });
  };
  const request = {
    id: 'r1',
    method: 'GET',
    resource: '/models',
    path: '/models',
    pathParameters: {},
    query: {},
    headers: {},
  };
  const dependencies = { models: { names: failing } } as unknown as ApiDependencies;
  const { status, headers, body } = await answer(request, dependencies);
  return { status, retryAfter: headers['retry-after'], code: JSON.parse(body).code };
}

test.each(['ResourceConflictException', 'ResourceNotReadyException', 'SnapStartNotReadyException'])(
  'a function that is still made ready is no fault: %s',
  async (name) => {
    expect(await toldOf(name)).toEqual({ status: 503, retryAfter: '5', code: 'starting' });
  },
);

test.each(['Throttled', 'Unavailable'])(
  'a predictor that could not wait any longer is asked again: %s',
  async (name) => {
    expect(await toldOf(name)).toEqual({ status: 503, retryAfter: '2', code: 'throttled' });
  },
);
