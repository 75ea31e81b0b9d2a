import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { expect, test } from 'vitest';
import { apiAddress } from '../../../aws/api-address.ts';
import { apiKeys } from '../../../aws/api-keys.ts';

test('a key that could not be attached to the plan is deleted again', async () => {
  const sent: [string, unknown][] = [];
  const client = {
    async send({ constructor: { name }, input }: { constructor: { name: string }; input: unknown }) {
      sent.push([name, input]);
      if (name === 'CreateUsagePlanKeyCommand') throw new Error('no such plan');
      return { id: 'k1', value: 'secret' };
    },
  } as unknown as APIGatewayClient;
  await expect(apiKeys(client, 'plan').create('billing')).rejects.toThrow('no such plan');
  expect(sent.at(-1)).toEqual(['DeleteApiKeyCommand', { apiKey: 'k1' }]);
});

test.each([
  [{}, 'https://a1b2.execute-api.eu-west-1.amazonaws.com/v1'],
  [{ endpoint: 'http://127.0.0.1:4566' }, 'http://127.0.0.1:4566/_aws/execute-api/a1b2/v1'],
  [{ endpoint: 'http://127.0.0.1:4566/' }, 'http://127.0.0.1:4566/_aws/execute-api/a1b2/v1'],
])('with %j an API is at %s', (options, address) => {
  expect(apiAddress('https://a1b2.execute-api.eu-west-1.amazonaws.com/v1/', options)).toBe(address);
});
