import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendMessages } from '../../aws/sqs-sender.ts';
import type { Score } from '../../contracts/generated/types.ts';
import { parseContract } from '../../contracts/validate.ts';
import { unpackMessage } from '../../core/unpack-message.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { theHost } from './host.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const PYTHON = process.env.DROPSCORE_PYTHON ?? '.venv/bin/python';
const CSV = readFileSync('sample-data/breast_cancer.csv');
const ROWS = 569;

const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-joblib-'));
const canary = path.join(folder, 'canary');
const fileOf = (name: string) => readFileSync(path.join(folder, `${name}.joblib`));

let pipeline: Pipeline;
let cli: CommandLine;
let expected: Record<string, number[]>;
let ofCsv: Score[];
beforeAll(async () => {
  pipeline = await thePipeline();
  cli = commandLine(pipeline.stack);
  execFileSync(PYTHON, ['test/pipeline/joblib_files.py', folder, canary]);
  expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8'));
  const id = await pipeline.drop('as-joblib.csv', CSV);
  await pipeline.ended(id);
  ofCsv = await pipeline.scoresOf(id, ROWS);
  expect(ofCsv).toHaveLength(ROWS);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function dropped(name: string, file = `${name}.joblib`) {
  const id = await pipeline.drop(file, fileOf(name));
  const { job, state } = await pipeline.ended(id);
  return { id, job, state, notes: [...job.notes, ...(state.notes ?? [])] };
}

const near = (a: Score['score'], b: Score['score'] | number) =>
  expect(Math.abs(Number(a) - Number(b))).toBeLessThanOrEqual(1e-12);

describe('the same rows as CSV and as joblib', () => {
  it.each([
    ['frame', 'joblib', true, /^$/],
    ['compressed', 'joblib', true, /^$/],
    ['array', 'matrix', false, /no names.*no ids/s],
    ['big-endian', 'matrix', false, /no names/],
    ['columns-first', 'joblib', false, /no names.*no ids/s],
  ])('have the same scores: %s', async (name, format, hasIds, note) => {
    const { id, job, state, notes } = await dropped(name);
    expect(state).toMatchObject({ status: 'completed', rowsTotal: ROWS, rowsScored: ROWS, chunksTotal: 2 });
    expect(job.format).toBe(format);
    expect(notes.join('\n')).toMatch(note);
    parseContract('job', job);
    parseContract('job-state', state);
    for (const chunk of await pipeline.chunksOf(id)) parseContract('chunk', chunk);

    const scores = await pipeline.scoresOf(id, ROWS);
    expect(scores.map(({ row }) => row)).toEqual(ofCsv.map(({ row }) => row));
    for (const [i, score] of scores.entries()) {
      parseContract('score', score);
      near(score.score, ofCsv[i]?.score);
      if (expected[name]) near(score.score, expected[name][i] ?? Number.NaN);
      expect(score.prediction).toBe(ofCsv[i]?.prediction);
      expect(score.recordId).toBe(hasIds ? ofCsv[i]?.recordId : undefined);
      expect(score).not.toHaveProperty('line');
    }

    const results = await pipeline.resultRows(id);
    expect(results.map((row) => Number(row.score))).toEqual(scores.map(({ score }) => score));
    expect(results.map((row) => row.row)).toEqual(scores.map(({ row }) => String(row)));
    expect(results[0]).not.toHaveProperty('line');
    if (hasIds) expect(results.map((row) => row.sample_id)).toEqual(scores.map(({ recordId }) => recordId));
  });

  it('are scored beside columns of any type that the model does not read', async () => {
    const { state, notes } = await dropped('unread');
    expect(state).toMatchObject({ status: 'completed', rowsScored: ROWS });
    expect(notes.join()).toMatch(/does not read.*"when", "what"/);
  });

  it('are found by record', async () => {
    const record = ofCsv[7]?.recordId ?? '';
    const { id } = await dropped('frame', 'found.joblib');
    const [newest] = await pipeline.historyOf('breast-cancer', record);
    expect(newest).toMatchObject({ jobId: id, row: 7 });
  });

  it('are read as what they are under any name, which a note tells', async () => {
    const named = await dropped('frame', 'frame.csv');
    expect(named.state).toMatchObject({ status: 'completed', rowsScored: ROWS });
    expect(named.notes.join()).toMatch(/joblib\.dump/);
    const id = await pipeline.drop('table.joblib', CSV);
    const { job, state } = await pipeline.ended(id);
    expect(state).toMatchObject({ status: 'completed', rowsScored: ROWS });
    expect(job.notes.join()).toMatch(/plain text/);
  });

  it('are counted once when the file is unpacked twice', async () => {
    const queue = await theHost(pipeline).unpackQueue();
    const id = await pipeline.drop('twice.joblib', fileOf('compressed'));
    const { job } = await pipeline.until(id, () => true);
    const manifest = JSON.parse(
      readFileSync('.dropscore/sample-data/models/breast-cancer/1/manifest.json', 'utf8'),
    );
    const copies = Array(3).fill(JSON.stringify(unpackMessage(job, manifest)));
    await sendMessages(pipeline.sqs, queue, copies);
    const { state } = await pipeline.ended(id);
    await sendMessages(pipeline.sqs, queue, copies);
    await dropped('compressed', 'behind-it.joblib');
    expect((await pipeline.ended(id)).state).toEqual(state);
    expect(state).toMatchObject({ status: 'completed', rowsScored: ROWS, remaining: 0 });
    expect(await pipeline.scoresOf(id, ROWS)).toHaveLength(ROWS);
  });
});

describe('texts, categories and nulls', () => {
  it('of a frame have the scores that they have in a CSV', async () => {
    const sample = '.dropscore/sample-data/virality.csv';
    const model = 'posts-of-joblib';
    const { code, stderr } = await cli(
      ...['model', 'publish', '.dropscore/sample-data/virality/bundle.joblib', model, '--sample', sample],
      ...['--id-column', 'post_id', '--code', 'sample-data/virality_features', '--tiers', 'low:0,high:0.6'],
    );
    expect(code, stderr).toBe(0);
    const ids = [
      await pipeline.drop('posts.csv', readFileSync(sample), model),
      await pipeline.drop('posts.joblib', fileOf('posts'), model),
    ];
    const [csv, joblib] = await Promise.all(
      ids.map(async (id) => {
        expect((await pipeline.ended(id)).state).toMatchObject({ status: 'completed', rowsScored: 300 });
        const scores = await pipeline.scoresOf(id, 300);
        return scores.map(({ row, recordId, prediction, tier }) => ({ row, recordId, prediction, tier }));
      }),
    );
    expect(joblib).toEqual(csv);
  });
});

describe('rows that cannot be scored', () => {
  it('are errors with reasons, and their neighbours are scored', async () => {
    const { id, state } = await dropped('spoiled');
    expect(state).toMatchObject({ status: 'completed_with_errors', rowsScored: 2, rowsFailed: 4 });
    const scores = await pipeline.scoresOf(id, 6);
    expect(scores.map(({ row, recordId, error }) => [row, recordId, error?.code, error?.column])).toEqual([
      [0, 'BC-0001', 'not_a_number', 'mean radius'],
      [1, 'BC-0002', 'missing_value', 'mean radius'],
      [2, 'BC-0003', 'refused_by_model', 'mean texture'],
      [3, undefined, 'missing_id', 'sample_id'],
      [4, 'BC-0005', undefined, undefined],
      [5, 'BC-0006', undefined, undefined],
    ]);

    const rejected = path.join(folder, 'rejected.csv');
    const { code, stderr } = await cli('errors', id, '-o', rejected);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('error_row');
    const lines = readFileSync(rejected, 'utf8').trim().split('\n');
    expect(lines[0]).toBe('error_row,error_code,error_column,error_message,sample_id');
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 2).join())).toEqual([
      '0,not_a_number',
      '1,missing_value',
      '2,refused_by_model',
      '3,missing_id',
    ]);
  });

  it('do not exist in a frame without rows', async () => {
    const { state } = await dropped('none');
    expect(state).toMatchObject({ status: 'completed', rowsTotal: 0, chunksTotal: 0 });
  });
});

describe('a file that cannot be scored fails its job, saying why and what to do', () => {
  it.each([
    ['short', 'column_count_mismatch', /29 columns.*30 features/],
    ['renamed', 'columns_missing', /The frame lacks "mean radius".*"mean radus"/],
    ['times', 'joblib_refused', /Column 1 'mean radius'.*save it as/],
  ])('%s', async (name, code, message) => {
    const { state } = await dropped(name);
    expect(state).toMatchObject({ status: 'failed', reason: { code } });
    expect(state.reason?.message).toMatch(message);
  });

  it.each([
    ['case 26: an array cut short', cutFile('array', -100)],
    ['case 26: a compressed frame cut short', cutFile('compressed', -100)],
    ['nothing at all', () => Buffer.alloc(0)],
  ])('%s', async (what, body) => {
    const id = await pipeline.drop(`${what}.joblib`, body());
    expect((await pipeline.ended(id)).state).toMatchObject({
      status: 'failed',
      reason: { code: 'joblib_refused' },
    });
  });

  it.each(['hostile', 'hostile-compressed', 'hostile-cells', 'bomb'])(
    'case 23: %s, which is never run',
    async (name) => {
      const { state } = await dropped(name);
      expect(state).toMatchObject({ status: 'failed', reason: { code: 'joblib_refused' } });
      expect(existsSync(canary)).toBe(false);
    },
  );
});

it('the canary would have shown it', () => {
  const load = 'import joblib, sys; joblib.load(sys.argv[1])';
  execFileSync(PYTHON, ['-c', load, path.join(folder, 'hostile.joblib')]);
  expect(existsSync(canary)).toBe(true);
});

/** Read late: the files are made when the tests begin. */
function cutFile(name: string, end: number): () => Buffer {
  return () => fileOf(name).subarray(0, end);
}
