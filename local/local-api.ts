import { apiAddress } from '../aws/api-address.ts';
import { apiKeys } from '../aws/api-keys.ts';
import { apiGatewayClient } from '../aws/clients.ts';
import { describeStack } from '../aws/stack-outputs.ts';
import { localAws } from './local-aws.ts';

/** The HTTP API of a local stack, with a key that is made for who started it. */
export interface LocalApi {
  url: string;
  key: string;
}

const KEY_NAME = 'local';

/**
 * Finds the API of a stack and its key. A key that is known and still there is kept; otherwise another takes its place, since
 * nothing tells its value.
 *
 * @returns undefined where the settings leave the API out.
 */
export async function localApi(
  { endpoint, stack }: { endpoint: string; stack: string },
  known: LocalApi | undefined,
): Promise<LocalApi | undefined> {
  const options = localAws(endpoint);
  const { apiUrl, apiUsagePlan } = (await describeStack(options, stack)).resources;
  if (!apiUrl || !apiUsagePlan) return undefined;
  const client = apiGatewayClient(options);
  try {
    const keys = apiKeys(client, apiUsagePlan);
    const made = (await keys.list()).filter(({ name }) => name === KEY_NAME);
    const url = apiAddress(apiUrl, options);
    if (known && made.length > 0) return { url, key: known.key };
    for (const { id } of made) await keys.revoke(id);
    return { url, key: (await keys.create(KEY_NAME)).value };
  } finally {
    client.destroy();
  }
}
