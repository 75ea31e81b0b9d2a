import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { JobState, Score } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { openedState } from '../../../core/job.ts';
import { jobId } from '../../../core/keys.ts';
import { aChunk, aJob, MODEL, NOW } from '../factories.ts';
import { runCommand, type World } from './run-command.ts';

const job = aJob({ header: { object: aJob().source, byteStart: 0, byteEnd: 10 } });
const source = 'patient,x\nP0,1\n"P1",abc\nP2,3\nP3,\n';
const state: JobState = {
  ...openedState(job),
  status: 'completed_with_errors',
  splitDone: true,
  rowsTotal: 4,
  chunksTotal: 2,
  rowsScored: 1,
  rowsFailed: 3,
};
const row = (at: number, outcome: Partial<Score>): Score => ({
  jobId: job.jobId,
  row: at,
  line: at + 2,
  recordId: `P${at}`,
  model: MODEL.name,
  version: 2,
  sourceTime: NOW,
  ...outcome,
});
const WORLD: World = {
  view: { job, state },
  source,
  scores: [
    row(0, { prediction: 1, score: -0.5, probabilities: { '0': 0.5, '1': 0.5 } }),
    row(1, { error: { code: 'not_a_number', column: 'x', message: 'x holds abc', line: 3 } }),
  ],
  chunks: [
    aChunk({
      status: 'done',
      rowsFailed: 1,
      reference: { object: job.source, byteStart: 10, byteEnd: 24, firstRow: 0, firstLine: 2, rowCount: 2 },
    }),
    aChunk({
      chunk: 1,
      status: 'failed',
      rowsFailed: 2,
      reason: { code: 'chunk_failed', message: 'It crashed.' },
      reference: { object: job.source, byteStart: 24, byteEnd: 34, firstRow: 2, firstLine: 4, rowCount: 2 },
    }),
  ],
};

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dropscore-cli-'));
  file = path.join(folder, 'customers.csv');
  writeFileSync(file, 'a\n1\n');
});

test('a file is dropped under its model, and the id of the job follows from the version it became', async () => {
  const world: World = { sent: [], dropped: [] };
  const { stdout, stderr, exitCode } = await runCommand(['score', file, 'tumours'], world);
  const key = 'incoming/tumours/customers.csv';
  expect(stdout).toBe(`${jobId({ bucket: 'input', key, versionId: 'v1' }, 'tumours')}\n`);
  expect(world).toEqual({ sent: [], dropped: [key] });
  expect(stderr.split('\n')[0]).toBe('local stack (http://127.0.0.1:1)');
  expect(exitCode).toBe(0);
});

test('a share of errors to tolerate makes a job of its own, with or without a version', async () => {
  const world: World = { sent: [], dropped: [] };
  const uploaded = { bucket: 'input', key: 'uploads/tumours/customers.csv', versionId: 'v1' };
  const { stdout } = await runCommand(['score', file, 'tumours', '--tolerate', '0.050', '--json'], world);
  expect(JSON.parse(stdout).jobId).toBe(jobId(uploaded, 'tumours', 'tolerate-0.05'));
  await runCommand(['score', file, 'tumours@1', '--tolerate', '0', '--json'], world);
  const start = { type: 'start', source: uploaded, model: 'tumours', requestedBy: 'cli' };
  expect(world.sent).toEqual([
    { ...start, toleratedErrors: 0.05, runId: 'tolerate-0.05' },
    { ...start, version: 1, toleratedErrors: 0, runId: 'version-1-tolerate-0' },
  ]);
  for (const message of world.sent ?? []) parseContract('intake-message', message);
});

test.each(['5', '-0.1', '5%', '', 'NaN'])('%j is no share to tolerate', async (share) => {
  const world: World = { sent: [], dropped: [] };
  const { stderr } = await runCommand(['score', file, 'tumours', `--tolerate=${share}`], world);
  expect(stderr).toMatch(/a share from 0 to 1/);
  expect(world).toEqual({ sent: [], dropped: [] });
});

test('a pinned version is a job of its own, asked for through the intake queue', async () => {
  const world: World = { sent: [], dropped: [] };
  const { stdout } = await runCommand(['score', file, 'tumours@1', '--json'], world);
  const uploaded = { bucket: 'input', key: 'uploads/tumours/customers.csv', versionId: 'v1' };
  expect(JSON.parse(stdout)).toEqual({
    jobId: jobId(uploaded, 'tumours', 'version-1'),
    model: 'tumours',
    version: 1,
    source: uploaded,
  });
  expect(world.sent).toEqual([
    { type: 'start', source: uploaded, model: 'tumours', version: 1, requestedBy: 'cli', runId: 'version-1' },
  ]);
});

test('an object that has its job already starts nothing', async () => {
  const world: World = { ...WORLD, newest: 'v1', sent: [] };
  const { stdout, stderr } = await runCommand(
    ['score', 's3://input/incoming/tumours/a.csv', 'tumours'],
    world,
  );
  expect(stdout).toBe(`${job.jobId}\n`);
  expect(stderr).toContain('has this job already');
  expect(world.sent).toEqual([]);
});

test('an object that has no job yet is started at its newest version', async () => {
  const world: World = { newest: 'v9', sent: [] };
  await runCommand(['score', 's3://input/uploads/a.csv', 'tumours'], world);
  expect(world.sent).toEqual([
    {
      type: 'start',
      source: { bucket: 'input', key: 'uploads/a.csv', versionId: 'v9' },
      model: 'tumours',
      requestedBy: 'cli',
    },
  ]);
});

test.each([
  [['score', 'nowhere.csv', 'tumours'], 'There is no file nowhere.csv.'],
  [['score', '.', 'tumours'], 'is a directory'],
  [['score', '/dev/null', 'tumours'], 'is no regular file'],
  [['score', 's3://other/a.csv', 'tumours'], 'is not the input bucket'],
  [['score', 's3://input/a.csv', 'tumours'], 'There is no object s3://input/a.csv.'],
])('%j is wrong usage', async (argv, sentence) => {
  const { stderr, exitCode } = await runCommand(argv);
  expect(stderr).toContain(sentence);
  expect(exitCode).toBe(2);
});

test('an unknown model is refused before anything is uploaded, and the nearest named', async () => {
  const world: World = { dropped: [] };
  const { stderr, exitCode } = await runCommand(['score', file, 'tumors'], world);
  expect(stderr).toContain('There is no model named tumors. Did you mean tumours?\nModels here: tumours.');
  expect([world.dropped, exitCode]).toEqual([[], 2]);
});

test('an unknown version tells the current one', async () => {
  const { stderr } = await runCommand(['score', file, 'tumours@7']);
  expect(stderr).toContain('Model tumours has no version 7.\nIts current version is 2');
});

test('watching ends with the code of the job', async () => {
  expect((await runCommand(['job', 'watch', job.jobId], WORLD)).exitCode).toBe(3);
  expect((await runCommand(['job', 'show', job.jobId], WORLD)).exitCode).toBe(0);
});

test('an unknown job fails with a remedy', async () => {
  const { stderr, exitCode } = await runCommand(['scores', '0'.repeat(24)], WORLD);
  expect(stderr).toContain(`There is no job ${'0'.repeat(24)} in this stack.`);
  expect(exitCode).toBe(1);
});

test('scores are CSV in file order, only data on stdout', async () => {
  expect((await runCommand(['scores', job.jobId], WORLD)).stdout).toBe(
    'row,line,patient,prediction,score,proba_0,proba_1,error_code,error_column,error_message\n' +
      '0,2,P0,1,-0.5,0.5,0.5,,,\n' +
      '1,3,P1,,,,,not_a_number,x,x holds abc\n',
  );
});

test('with --json, stdout and stderr are an object a line', async () => {
  const { stdout, stderr } = await runCommand(['scores', job.jobId, '--json'], WORLD);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(WORLD.scores);
  expect(JSON.parse(stderr)).toEqual({ target: 'local stack (http://127.0.0.1:1)' });
});

test('the ranking of a job without one is refused in words', async () => {
  const { stderr } = await runCommand(['scores', job.jobId, '--top', '3'], WORLD);
  expect(stderr).toContain('are known when the job has ended');
});

test('rejected rows are the original records behind their reasons, written-off chunks included', async () => {
  const output = path.join(folder, 'rejected.csv');
  const { stderr } = await runCommand(['errors', job.jobId, '-o', output], WORLD);
  expect(readFileSync(output, 'utf8')).toBe(
    'error_line,error_code,error_column,error_message,patient,x\n' +
      '3,not_a_number,x,x holds abc,"P1",abc\n' +
      '4,chunk_failed,,It crashed.,P2,3\n' +
      '5,chunk_failed,,It crashed.,P3,\n',
  );
  expect(stderr).toContain('wrote 3 rows');
});

test('a limit holds across chunks', async () => {
  const output = path.join(folder, 'rejected.csv');
  await runCommand(['errors', job.jobId, '-o', output, '--limit', '2'], WORLD);
  expect(readFileSync(output, 'utf8').trimEnd().split('\n')).toHaveLength(3);
});

test('errors are listed with a written-off chunk as a range of rows', async () => {
  const { stdout } = await runCommand(['errors', job.jobId, '--json'], WORLD);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { row: 1, recordId: 'P1', code: 'not_a_number', column: 'x', message: 'x holds abc', line: 3 },
    { row: 2, rowCount: 2, code: 'chunk_failed', message: 'It crashed.' },
  ]);
});

const OF_JOBLIB: World = {
  ...WORLD,
  view: { job: { ...job, format: 'joblib' }, state },
  scores: (WORLD.scores ?? []).map(({ line: _, error, ...score }) => ({
    ...score,
    ...(error && { error: { code: error.code, message: error.message } }),
  })),
};

test.each([
  [[], ['1,not_a_number,,x holds abc,P1', '2,chunk_failed,,It crashed.,', '3,chunk_failed,,It crashed.,']],
  [
    ['--limit', '2'],
    ['1,not_a_number,,x holds abc,P1', '2,chunk_failed,,It crashed.,'],
  ],
])('of a joblib source the numbers of the rejected rows are written, one by one: %s', async (limit, rows) => {
  const output = path.join(folder, 'rejected.csv');
  const { stderr } = await runCommand(['errors', job.jobId, '-o', output, ...limit], OF_JOBLIB);
  const header = 'error_row,error_code,error_column,error_message,patient';
  expect(readFileSync(output, 'utf8').trimEnd().split('\n')).toEqual([header, ...rows]);
  expect(stderr).toContain(`wrote ${rows.length} rows`);
});

test('a source of which the byte order mark was not part of the header keeps it', async () => {
  const output = path.join(folder, 'rejected.csv');
  const marked = aJob({ header: { object: job.source, byteStart: 3, byteEnd: 13 } });
  const shifted = (WORLD.chunks ?? []).map((chunk) => ({
    ...chunk,
    reference: {
      ...chunk.reference,
      byteStart: chunk.reference.byteStart + 3,
      byteEnd: chunk.reference.byteEnd + 3,
    },
  }));
  const world = { ...WORLD, view: { job: marked, state }, source: `\ufeff${source}`, chunks: shifted };
  await runCommand(['errors', job.jobId, '-o', output], world);
  expect(readFileSync(output, 'utf8').startsWith('\ufefferror_line,')).toBe(true);
});

test('a record without scores is told with what may be the cause', async () => {
  const { stderr, exitCode } = await runCommand(['record', 'tumours', 'P9'], WORLD);
  expect(stderr).toContain('Model tumours has no score for record P9.');
  expect(exitCode).toBe(1);
});

test('a record’s scores are an array for programs', async () => {
  const { stdout } = await runCommand(['record', 'tumours', 'P0', '--json'], WORLD);
  expect(JSON.parse(stdout)).toEqual([{ ...WORLD.scores?.[0], current: true }]);
});

test('a record’s scores of the current version come first, and are told as such', async () => {
  const [score] = WORLD.scores ?? [];
  const of = (version: number, row: number) => ({ ...score, version, row }) as Score;
  const world = { ...WORLD, scores: [of(2, 30), of(1, 20), of(2, 10)], pointer: { version: 1, history: [] } };
  const { stdout } = await runCommand(['record', 'tumours', 'P0'], world);
  const lines = stdout.trim().split('\n').slice(1);
  expect(lines.map((line) => line.split(/ {2,}/)[1])).toEqual(['1 (current)', '2', '2']);
});

test('a record of a joblib source is told by its row', async () => {
  const { stdout } = await runCommand(['record', 'tumours', 'P0'], OF_JOBLIB);
  expect(stdout).toMatch(/ row 0\n$/);
});
