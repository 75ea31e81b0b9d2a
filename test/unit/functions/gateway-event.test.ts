import type { APIGatewayProxyEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { requestOf } from '../../../functions/api/gateway-event.ts';
import { checkedInput, operationFor } from '../../../functions/api/request.ts';

const RECORD = '/models/{model}/records/{id}';

function anEvent(resource: string, path: string, more: object = {}): APIGatewayProxyEvent {
  return {
    httpMethod: 'GET',
    resource,
    path,
    headers: { 'X-Api-Key': 'k', Prefer: 'wait=5' },
    queryStringParameters: null,
    requestContext: { requestId: 'r1', identity: { apiKeyId: 'key1' } },
    body: null,
    isBase64Encoded: false,
    ...more,
  } as unknown as APIGatewayProxyEvent;
}

/** The path parameters that an operation gets. */
function pathOf(event: APIGatewayProxyEvent): unknown {
  const request = requestOf(event);
  return checkedInput(operationFor(request), request).path;
}

describe('the id of a record', () => {
  test.each([
    ['842302', '842302'],
    ['a%20b', 'a b'],
    ['%C3%A9', 'é'],
    ['50%25', '50%'],
    ['50%2525', '50%25'],
    ['a%2Fb', 'a/b'],
    ['a+b', 'a+b'],
  ])('sent as %s is %s', (sent, id) => {
    expect(pathOf(anEvent(RECORD, `/models/churn/records/${sent}`))).toEqual({ model: 'churn', id });
  });

  test('is the last segment, also behind a base path of a domain and with a slash at the end', () => {
    expect(pathOf(anEvent(RECORD, '/scores/v2/models/churn/records/a%2Fb/'))).toEqual({
      model: 'churn',
      id: 'a/b',
    });
  });

  test.each(['%zz', '50%', '%E9'])('that is not encoded is refused by name: %s', (sent) => {
    expect(() => pathOf(anEvent(RECORD, `/models/churn/records/${sent}`))).toThrow(
      expect.objectContaining({ status: 400, errors: [expect.objectContaining({ pointer: 'id' })] }),
    );
  });
});

test('headers are known by lower-case names, and the caller by the id of the key', () => {
  expect(requestOf(anEvent('/jobs', '/jobs'))).toMatchObject({
    headers: { 'x-api-key': 'k', prefer: 'wait=5' },
    caller: 'key1',
    pathParameters: {},
  });
});

test('a body may come in base64', () => {
  const body = Buffer.from('{"é":1}').toString('base64');
  expect(requestOf(anEvent('/jobs', '/jobs', { body, isBase64Encoded: true })).body).toBe('{"é":1}');
});
