/**
 * Holds the API of a stack of its own to its document, for as long as you like.
 *
 *     npx tsx test/fuzz/api.ts [seconds] [seed]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { s3Client } from '../../aws/clients.ts';
import { putObject } from '../../aws/s3-objects.ts';
import { describeStack } from '../../aws/stack-outputs.ts';
import { incomingKey, jobId } from '../../core/keys.ts';
import { localAws } from '../../local/local-aws.ts';
import { down, up } from '../../local/local-stack.ts';
import { publishModels } from '../../local/publish-models.ts';
import { schemathesis } from './schemathesis.ts';

const [seconds = 600, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const model = 'breast-cancer';
const stateDirectory = mkdtempSync(path.join(tmpdir(), 'dropscore-fuzz-'));
const settings = { api: { rate: 1000, burst: 1000 }, runtimes: { classic: { timeoutSeconds: 30 } } };
const { stack } = await up({ stateDirectory, settings });
try {
  await publishModels(stack, '.dropscore/sample-data/models');
  const aws = localAws(stack.endpoint);
  const { inputBucket } = (await describeStack(aws, stack.stack)).resources;
  const file = readFileSync('sample-data/breast_cancer.csv');
  const source = await putObject(
    s3Client(aws),
    inputBucket,
    incomingKey(model, 'fuzzed.csv'),
    file,
    'text/csv',
  );
  if (!stack.api) throw new Error('The stack has no API.');
  const existing = { model, jobId: jobId(source, model), bucket: inputBucket, key: source.key };
  const { code, output } = await schemathesis(stack.api, existing, { examples: 1000, seed, seconds });
  console.log(output);
  process.exitCode = code;
} finally {
  await down({ stateDirectory });
  rmSync(stateDirectory, { recursive: true, force: true });
}
