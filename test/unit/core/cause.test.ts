import { expect, test } from 'vitest';
import { cause, withoutMessage } from '../../../core/cause.ts';

const HOSTILE = "no column 'CANARY'\n    at CANARY (/CANARY.js:1:1)\n    at CANARY";

test.each([
  ['a plain message', new TypeError("Cannot read 'CANARY'")],
  ['lines that look like calls', new Error(HOSTILE)],
  ['a message that was changed later', Object.assign(new Error('CANARY'), { message: 'CANARY two' })],
  ['no error', 'CANARY'],
])('%s is not among what a log is told', (_what, error) => {
  expect(JSON.stringify(cause(error))).not.toContain('CANARY');
  const bare = withoutMessage(error);
  expect(`${bare.message} ${bare.stack}`).not.toContain('CANARY');
});

test('class and innermost calls are told, as with an empty message', () => {
  for (const error of [new RangeError(HOSTILE), new RangeError()]) {
    const { error: name, at } = cause(error);
    expect(name).toBe('RangeError');
    expect(at[0]).toContain('cause.test.ts');
  }
  expect(withoutMessage(new RangeError('x'))).toMatchObject({
    message: 'RangeError',
    stack: expect.stringContaining('cause.test.ts'),
  });
});

test('of a service, the request is told by which it can be found', () => {
  const refused = Object.assign(new Error('s3://bucket/CANARY'), {
    name: 'AccessDenied',
    $metadata: { httpStatusCode: 403, requestId: 'R1' },
  });
  expect(cause(refused)).toMatchObject({ error: 'AccessDenied', status: 403, requestId: 'R1' });
});
