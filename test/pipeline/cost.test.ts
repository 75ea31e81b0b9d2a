import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Job } from '../../contracts/generated/types.ts';
import { commandLine } from './command-line.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

type Output = Job['settings']['output'];

const stack = inject('stack');
const dropscore = commandLine(stack);
const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-cost-'));

let pipeline: Pipeline;
let lambda: LambdaClient;
beforeAll(async () => {
  pipeline = await thePipeline();
  lambda = new LambdaClient(pipeline.aws);
});
afterAll(() => {
  lambda.destroy();
  rmSync(folder, { recursive: true });
});

/** A sample’s rows over and over, each with an id of its own. */
function aFile(name: string, sample: string, times: number): string {
  const [header = '', ...records] = readFileSync(`sample-data/${sample}.csv`, 'utf8').trimEnd().split('\n');
  const rows = Array.from({ length: times }, (_, time) =>
    records.map((record) => record.replace('BC-', `BC-${time}-`)),
  );
  const text = `${[header, ...rows.flat()].join('\n')}\n`;
  const file = path.join(folder, name);
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
  return file;
}

async function objects(): Promise<number> {
  const { inputBucket, workBucket, resultsBucket } = pipeline.resources;
  const lists = await Promise.all(
    [inputBucket, workBucket, resultsBucket].map((Bucket) =>
      pipeline.s3.send(new ListObjectVersionsCommand({ Bucket })),
    ),
  );
  return lists.reduce((sum, { Versions = [] }) => sum + Versions.length, 0);
}

/** What jobs are opened with that fan-out opens from now on: the stack itself stays as it is. */
async function openedWith(output: Output): Promise<void> {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const FunctionName = Functions.find((each) => each.FunctionName?.includes('FanOut'))?.FunctionName;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, OUTPUT: output };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
}

describe.each<[Output, string, string, number]>([
  ['both', 'breast-cancer', 'by-record.csv', 2],
  ['both', 'diabetes', 'plain.csv', 3],
  ['rows', 'breast-cancer', 'by-record.csv.gz', 2],
  ['files', 'breast-cancer', 'files.csv', 40],
])('output %s with %s, %s', (output, model, name, times) => {
  beforeAll(() => openedWith(output));
  afterAll(() => openedWith('both'));

  it('costs what was told before, within a tenth', async () => {
    const file = aFile(name, model.replace('-', '_'), times);
    const there = await objects();
    const dry = await dropscore('score', file, model, '--dry-run', '--output', output, '--json');
    expect([dry.code, dry.stderr]).toEqual([0, expect.any(String)]);
    expect(await objects()).toBe(there);
    const told = JSON.parse(dry.stdout);

    const { stdout } = await dropscore('score', file, model);
    await pipeline.ended(stdout.trim());
    const job = JSON.parse((await dropscore('job', 'show', stdout.trim(), '--json')).stdout);
    console.log(JSON.stringify(told.usage), '\n', JSON.stringify(job.usage), told.cost, job.cost, told.pace);
    expect(job.settings.output).toBe(output);
    expect([told.rows, told.chunks]).toEqual([job.rowsTotal, job.chunksTotal]);
    expect(told.usage.rowWriteUnits).toBe(job.usage.rowWriteUnits);
    expect(told.usage.indexWriteUnits).toBe(job.usage.indexWriteUnits);
    expect(told.cost.total / job.cost.total).toBeGreaterThan(0.9);
    expect(told.cost.total / job.cost.total).toBeLessThan(1.1);
  });
});
