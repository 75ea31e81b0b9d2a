import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
import { type Connection, openConnection } from '../../cli/connection.ts';
import { deployedScoring } from '../../cli/forecast/deployed-scoring.ts';
import { forecastJob } from '../../cli/forecast/forecast-job.ts';
import { fileSource } from '../../cli/forecast/source.ts';
import type { Job } from '../../contracts/generated/types.ts';
import { costOf } from '../../core/cost/cost.ts';
import { incomingKey } from '../../core/keys.ts';
import { commandLine } from './command-line.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

type Output = Job['settings']['output'];

/** What does not depend on how fast anything is, nor on what a predictor has loaded before. */
const KNOWN = ['rowWriteUnits', 'indexWriteUnits', 's3Puts', 'sqsRequests', 'lambdaRequests'] as const;

const stack = inject('stack');
const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-cost-'));

let pipeline: Pipeline;
let connection: Connection;
let lambda: LambdaClient;
beforeAll(async () => {
  pipeline = await thePipeline();
  connection = await openConnection({ kind: 'local', ...stack });
  lambda = new LambdaClient(pipeline.aws);
});
afterAll(() => {
  lambda.destroy();
  rmSync(folder, { recursive: true });
});

/** A sample’s rows over and over, each with an id of its own. */
function aFile(name: string, model: string, times: number): string {
  const sample = readFileSync(`sample-data/${model.replace('-', '_')}.csv`, 'utf8');
  const [header = '', ...records] = sample.trimEnd().split('\n');
  const rows = Array.from({ length: times }, (_, time) =>
    records.map((record) => record.replace('BC-', `BC-${time}-`)),
  );
  const text = `${[header, ...rows.flat()].join('\n')}\n`;
  const file = path.join(folder, name);
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
  return file;
}

async function objectsThere(): Promise<number> {
  const { inputBucket, workBucket, resultsBucket } = pipeline.resources;
  const lists = await Promise.all(
    [inputBucket, workBucket, resultsBucket].map((Bucket) =>
      pipeline.s3.send(new ListObjectVersionsCommand({ Bucket })),
    ),
  );
  return lists.reduce((sum, { Versions = [] }) => sum + Versions.length, 0);
}

/** What fan-out opens jobs with from now on; the stack itself stays as it is. */
async function openJobsWith(output: Output): Promise<void> {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const FunctionName = Functions.find((each) => each.FunctionName?.includes('FanOut'))?.FunctionName;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, OUTPUT: output };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
}

/** By the command line’s own code, without the time that a process takes to start. */
async function toldOf(file: string, model: string, output: Output) {
  const { size } = statSync(file);
  const place = { bucket: pipeline.resources.inputBucket, key: incomingKey(model, path.basename(file)) };
  const given = { scoring: deployedScoring(connection), assumed: { output }, now: new Date().toISOString() };
  return forecastJob(fileSource(file, size, place), { model }, connection, given);
}

/** Of two amounts the greater, as a multiple of the other. */
const apart = (one: number, other: number): number => Math.max(one / other, other / one);

describe.each<{ output: Output; model: string; name: string; times: number }>([
  { output: 'both', model: 'breast-cancer', name: 'by-record.csv', times: 2 },
  { output: 'both', model: 'diabetes', name: 'plain.csv', times: 3 },
  { output: 'rows', model: 'breast-cancer', name: 'by-record.csv.gz', times: 2 },
  { output: 'files', model: 'breast-cancer', name: 'files.csv', times: 20 },
])('output $output, $model, $name', ({ output, model, name, times }) => {
  beforeAll(() => (output === 'both' ? undefined : openJobsWith(output)));
  afterAll(() => (output === 'both' ? undefined : openJobsWith('both')));

  it('costs what was told before it was uploaded, within a tenth', async () => {
    const file = aFile(name, model, times);
    const there = await objectsThere();
    const told = await toldOf(file, model, output);
    expect(await objectsThere()).toBe(there);

    const id = await pipeline.drop(name, readFileSync(file), model);
    const { job } = await pipeline.ended(id);
    const { usage, rowsTotal, chunksTotal } = (await pipeline.ledger.readSummary(id)) ?? expect.unreachable();
    const used = usage ?? expect.unreachable('every chunk was counted');
    const cost = costOf(used);
    expect(job.settings.output).toBe(output);
    expect([told.rows, told.chunks]).toEqual([rowsTotal, chunksTotal]);
    for (const kind of KNOWN) expect([kind, told.usage[kind]]).toEqual([kind, used[kind]]);
    for (const service of ['dynamodb', 's3'] as const)
      expect(apart(told.cost[service], cost[service])).toBeLessThan(1.1);

    // The time of a chunk is up to this machine, and to what else it does. Told again, it is that of the job.
    const again = await toldOf(file, model, output);
    expect(again.pace.jobId).toBe(id);
    expect(apart(again.cost.total, cost.total)).toBeLessThan(1.1);
  });
});

it('is told by the command line, and by the job', async () => {
  const dropscore = commandLine(stack);
  const file = aFile('small.csv', 'breast-cancer', 1);
  const there = await objectsThere();
  const dry = await dropscore('score', file, 'breast-cancer', '--dry-run');
  expect([dry.code, dry.stdout]).toEqual([
    0,
    expect.stringMatching(/569 in 2 chunks[\s\S]*DynamoDB +\$0\.00\d+ +write units: 569 for rows, 569 for/),
  ]);
  expect(await objectsThere()).toBe(there);
  const { stdout } = await dropscore('score', file, 'breast-cancer', '--watch');
  expect(stdout).toMatch(/cost +\$0\.00\d+ \(DynamoDB \$0\.00\d+, /);
});
