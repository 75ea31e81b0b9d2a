import { expect, test, vi } from 'vitest';
import { answer } from '../../../functions/api/api.ts';
import type { ApiDependencies } from '../../../functions/api/dependencies.ts';

/** What a caller is told where a service fails by an error of this name. */
async function toldOf(name: string, message = 'of a service') {
  const failing = async () => {
    throw Object.assign(new Error(message), { name });
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

test('of what nobody expected the log has class and calls, though its message looks like one', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  await toldOf('Surprise', 'no such row\n    at 00123');
  expect(log.mock.lastCall?.[0]).toMatchObject({ event: 'request_failed', cause: { error: 'Surprise' } });
  expect(JSON.stringify(log.mock.calls)).not.toContain('00123');
  log.mockRestore();
});
