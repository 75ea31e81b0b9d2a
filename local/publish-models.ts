import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { s3Client } from '../aws/clients.ts';
import { putObject } from '../aws/s3-objects.ts';
import { describeStack } from '../aws/stack-outputs.ts';
import { localAws } from './local-aws.ts';
import type { LocalStack } from './local-record.ts';

/**
 * Copies a folder in the registry's layout into the models bucket of a local stack: what is pointed at goes before what
 * points at it, so that a half publish is never seen.
 *
 * @returns the models' names.
 */
export async function publishModels({ endpoint, stack }: LocalStack, folder: string): Promise<string[]> {
  const { resources } = await describeStack(localAws(endpoint), stack);
  const client = s3Client(localAws(endpoint));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(path.join(folder, file)).isFile())
    .sort((a, b) => rank(a) - rank(b));
  for (const file of files) {
    const type = file.endsWith('.json') ? 'application/json' : 'application/octet-stream';
    const key = file.split(path.sep).join('/');
    await putObject(client, resources.modelsBucket, key, readFileSync(path.join(folder, file)), type);
  }
  client.destroy();
  return readdirSync(folder);
}

/** Artifacts, then manifests, then pointers. */
const rank = (file: string): number => {
  const name = path.basename(file);
  return name === 'current.json' ? 2 : name === 'manifest.json' ? 1 : 0;
};
