import {
  type APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  paginateGetApiKeys,
  paginateGetUsagePlanKeys,
} from '@aws-sdk/client-api-gateway';
import type { ApiKey, ApiKeys } from '../core/api-keys.ts';

/** As many as API Gateway gives at once. */
const PAGE = { limit: 500 };

/** The keys of a usage plan: an account may have others. */
export const apiKeys = (client: APIGatewayClient, usagePlanId: string): ApiKeys => ({
  async list() {
    const ours = new Set<string>();
    for await (const { items = [] } of paginateGetUsagePlanKeys({ client }, { usagePlanId, ...PAGE }))
      for (const { id = '' } of items) ours.add(id);
    const keys: ApiKey[] = [];
    // Those of the plan say neither when they were made nor whether they are enabled.
    for await (const { items = [] } of paginateGetApiKeys({ client }, { includeValues: false, ...PAGE }))
      for (const { id = '', name = '', enabled = true, createdDate } of items)
        if (ours.has(id)) keys.push({ id, name, enabled, createdAt: createdDate?.toISOString() ?? '' });
    return keys.sort((a, b) => a.name.localeCompare(b.name));
  },

  async create(name) {
    const { id = '', value = '' } = await client.send(
      new CreateApiKeyCommand({ name, enabled: true, description: 'dropscore: made by `key create`' }),
    );
    try {
      await client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId: id, keyType: 'API_KEY' }));
    } catch (error) {
      // It opens nothing, and no list of ours would show it.
      await client.send(new DeleteApiKeyCommand({ apiKey: id }));
      throw error;
    }
    return { id, value };
  },

  async revoke(id) {
    await client.send(new DeleteApiKeyCommand({ apiKey: id }));
  },
});
