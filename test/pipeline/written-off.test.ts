import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { parseContract } from '../../contracts/validate.ts';
import { commandLine } from './command-line.ts';
import { theHost } from './host.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

/** A model's own code that asks a service for what it needs, and the service is down for one value. */
const FRAGILE = `
def load(folder):
    return Fragile()


class Fragile:
    def predict(self, frame):
        if (frame["visits"] == 13).any():
            raise ConnectionRefusedError("secret 13")
        return frame["visits"] * 2.0
`;
const MODEL = 'fragile';
const ROWS_A_CHUNK = 500;
const ROWS = 3 * ROWS_A_CHUNK;
const BROKEN = ROWS_A_CHUNK + 7;
const rows = (count: number, spoiled?: number) =>
  [
    'id,visits',
    ...Array.from({ length: count }, (_, i) => `R-${i},${i === spoiled ? 13 : 20 + (i % 50)}`),
  ].join('\n');

const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-fragile-'));
let pipeline: Pipeline;
let cli: ReturnType<typeof commandLine>;

/** A failed chunk comes back after the visibility timeout, three times: half a minute each would be long for a test. */
let restore: () => Promise<void>;

beforeAll(async () => {
  pipeline = await thePipeline();
  cli = commandLine(pipeline.stack);
  const QueueUrl = await theHost(pipeline).chunkQueue();
  const hideFor = async (VisibilityTimeout: string) => {
    await pipeline.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout } }));
  };
  const { Attributes } = await pipeline.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
  );
  restore = () => hideFor(Attributes?.VisibilityTimeout ?? '30');
  await hideFor('3');

  const file = (name: string) => path.join(folder, name);
  mkdirSync(file('fragile_service'));
  writeFileSync(file('fragile_service/__init__.py'), FRAGILE);
  writeFileSync(file('nothing.json'), '{}');
  writeFileSync(file('rows.csv'), rows(50));
  const published = await cli(
    ...['model', 'publish', file('nothing.json'), MODEL, '--sample', file('rows.csv'), '--id-column', 'id'],
    ...['--kind', 'regression', '--code', file('fragile_service')],
  );
  expect(published.code, published.stderr).toBe(0);
});
afterAll(async () => {
  await restore();
  rmSync(folder, { recursive: true });
});

it('case 17: a chunk that fails every time is written off with the error that was seen, and the others are scored', async () => {
  const id = await pipeline.drop('rows.csv', rows(ROWS, BROKEN), MODEL);
  const { state } = await pipeline.ended(id);
  expect(state).toMatchObject({
    status: 'completed_with_errors',
    rowsScored: ROWS - ROWS_A_CHUNK,
    rowsFailed: ROWS_A_CHUNK,
    chunksFailed: 1,
  });
  const chunks = await pipeline.chunksOf(id);
  expect(chunks.map(({ status }) => status)).toEqual(['done', 'failed', 'done']);
  const written = parseContract('chunk', chunks[1]);
  expect(written.lastError).toMatchObject({ error: 'ConnectionRefusedError', receives: 3 });
  expect(written.lastError?.where.at(-1)).toMatch(/^__init__\.py:\d+$/);
  expect(JSON.stringify(chunks)).not.toContain('secret 13');
  const log = readFileSync(inject('log'), 'utf8');
  expect(log).toContain('ConnectionRefusedError');
  expect(log).not.toContain('secret 13');

  const { stdout } = await cli('job', 'show', id);
  expect(stdout).toMatch(
    /rows 500 to 999 written off: .* last seen: ConnectionRefusedError in __init__\.py:9, on delivery 3 at .*\[chunk_failed\]/,
  );
});
