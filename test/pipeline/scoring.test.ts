import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import Papa from 'papaparse';
import { beforeAll, describe, expect, it } from 'vitest';
import { getObject } from '../../aws/s3-objects.ts';
import type { ModelManifest, Score } from '../../contracts/generated/types.ts';
import { parseContract } from '../../contracts/validate.ts';
import { successKey } from '../../core/keys.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const SAMPLES = '.dropscore/sample-data';
const PYTHON = process.env.DROPSCORE_PYTHON ?? '.venv/bin/python';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await thePipeline();
});

const manifestOf = (model: string): ModelManifest =>
  parseContract(
    'model-manifest',
    JSON.parse(readFileSync(`${SAMPLES}/models/${model}/1/manifest.json`, 'utf8')),
  );

function plainScores<T>(model: string, file: string): T {
  const features = manifestOf(model).features.map(({ name }) => name);
  const script = [
    'test/pipeline/plain_scores.py',
    `${SAMPLES}/models/${model}/1/model.joblib`,
    file,
    ...features,
  ];
  return JSON.parse(execFileSync(PYTHON, script, { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

describe('569 real rows', () => {
  const file = 'sample-data/breast_cancer.csv';
  let id: string;
  let scores: Score[];
  beforeAll(async () => {
    id = await pipeline.drop('breast_cancer.csv', readFileSync(file));
    await pipeline.ended(id);
    scores = await pipeline.scoresOf(id, 569);
  });

  it('have 569 scores equal to plain scikit-learn’s', () => {
    const { classes = [], positiveClass } = manifestOf('breast-cancer').output;
    const positive = classes.indexOf(positiveClass ?? '');
    const expected = plainScores<number[][]>('breast-cancer', file).map((row) => row[positive] as number);
    expect(scores.map(({ row }) => row)).toEqual(expected.map((_, i) => i));
    for (const [i, { score }] of scores.entries()) {
      expect(Math.abs(Number(score) - (expected[i] as number))).toBeLessThanOrEqual(1e-12);
    }
  });

  it('end as a completed job whose counters, ledger, items and result files agree', async () => {
    const { job, state } = (await pipeline.ledger.readJob(id)) ?? expect.unreachable();
    expect(state).toMatchObject({
      status: 'completed',
      rowsTotal: 569,
      rowsScored: 569,
      rowsFailed: 0,
      chunksTotal: 2,
    });
    parseContract('job', job);
    parseContract('job-state', state);
    const chunks = await pipeline.chunksOf(id);
    for (const chunk of chunks) parseContract('chunk', chunk);
    expect(chunks.map(({ status, rowsScored }) => [status, rowsScored])).toEqual([
      ['done', 500],
      ['done', 69],
    ]);
    for (const score of scores) parseContract('score', score);

    const results = await pipeline.resultRows(id);
    expect(results.map((row) => Number(row.score))).toEqual(scores.map(({ score }) => score));
    expect(results.map((row) => Number(row.line))).toEqual(scores.map(({ line }) => line));
    expect(results.map((row) => row.sample_id)).toEqual(scores.map(({ recordId }) => recordId));
  });

  it('have a summary, also as _SUCCESS beside the result files', async () => {
    const summary = await pipeline.ledger.readSummary(id);
    parseContract('job-summary', summary);
    const success = await getObject(
      pipeline.s3,
      pipeline.resources.resultsBucket,
      successKey('breast-cancer', id),
    );
    expect(JSON.parse(String(success))).toEqual(summary);
    const values = scores.map(({ score }) => Number(score));
    expect(summary?.statistics.count).toBe(569);
    expect(summary?.statistics.mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / 569, 12);
    expect(summary?.statistics.max).toBe(Math.max(...values));
  });

  it('are found by record, the newest drop first', async () => {
    const again = await pipeline.drop('breast_cancer_again.csv', readFileSync(file));
    await pipeline.ended(again);
    const record = scores[7]?.recordId ?? '';
    const found = await pipeline.historyOf('breast-cancer', record);
    expect(found.slice(0, 2).map(({ jobId }) => jobId)).toEqual([again, id]);
  });
});

describe('50,000 spoiled rows', () => {
  interface Expected {
    rows: number;
    errors: { row: number; line: number; code: string; column?: string | null }[];
  }

  it('have exactly the planted errors, each with row, line, column and reason, and scores for the rest', async () => {
    const name = 'breast_cancer_50k_spoiled';
    const expected: Expected = JSON.parse(readFileSync(`${SAMPLES}/${name}.expected.json`, 'utf8'));
    const id = await pipeline.drop('spoiled.csv', readFileSync(`${SAMPLES}/${name}.csv`));
    const { state } = await pipeline.ended(id);
    const { rows, errors } = expected;
    expect(state).toMatchObject({
      status: 'completed_with_errors',
      rowsTotal: rows,
      rowsScored: rows - errors.length,
      rowsFailed: errors.length,
    });
    const scores = await pipeline.scoresOf(id, rows);
    expect(scores.map(({ row }) => row)).toEqual(Array.from({ length: rows }, (_, i) => i));
    const planted = errors.map(({ row, line, code, column }) => ({
      row,
      line,
      code,
      column: column ?? undefined,
    }));
    const found = scores.flatMap(({ row, error }) =>
      error ? [{ row, line: error.line, code: error.code, column: error.column }] : [],
    );
    expect(found).toEqual(planted.sort((a, b) => a.row - b.row));
    for (const { error } of scores) if (error) expect(error.message).not.toBe('');

    const results = await pipeline.resultRows(id);
    expect(results).toHaveLength(rows);
    expect(results.flatMap((row) => (row.error_code ? [[Number(row.row), row.error_code]] : []))).toEqual(
      found.map(({ row, code }) => [row, code]),
    );
  }, 180_000);
});

describe('other ways to write the same rows', () => {
  const rows = Papa.parse<string[]>(readFileSync('sample-data/breast_cancer.csv', 'utf8').trim()).data.slice(
    0,
    61,
  );
  const csv = (options: Papa.UnparseConfig, table = rows) =>
    Papa.unparse(table, { newline: '\n', ...options });
  let plain: Score[];
  beforeAll(async () => {
    const id = await pipeline.drop('plain.csv', csv({}));
    await pipeline.ended(id);
    plain = await pipeline.scoresOf(id, 60);
    expect(plain).toHaveLength(60);
  });

  it.each<[string, string, string | Buffer, RegExp | undefined]>([
    ['semicolons', 'semicolon.csv', csv({ delimiter: ';' }), /semicolon/],
    ['tabs', 'tab.tsv', csv({ delimiter: '\t' }), /tab/],
    [
      'quotes around everything, CRLF and a byte order mark',
      'excel.csv',
      `\ufeff${csv({ quotes: true, newline: '\r\n' })}`,
      undefined,
    ],
    ['decimal commas', 'comma.csv', csv({ delimiter: ';' }).replaceAll('.', ','), /decimal comma/],
    ['gzip', 'plain.csv.gz', gzipSync(csv({})), undefined],
    [
      'blank lines in between and no last newline',
      'blank.csv',
      csv({}).replaceAll('\n', '\n\n  \n').trimEnd(),
      undefined,
    ],
    [
      'case 34: another order of columns',
      'order.csv',
      csv(
        {},
        rows.map((row) => row.toReversed()),
      ),
      undefined,
    ],
  ])('%s', async (_, file, body, note) => {
    const id = await pipeline.drop(file, body);
    const { job, state } = await pipeline.ended(id);
    expect(state).toMatchObject({ status: 'completed', rowsTotal: 60 });
    const scores = await pipeline.scoresOf(id, 60);
    expect(scores.map(({ recordId, score }) => [recordId, score])).toEqual(
      plain.map(({ recordId, score }) => [recordId, score]),
    );
    if (note) expect(job.notes.join()).toMatch(note);
  });

  it.each([
    ['of ASCII that is no letter', 'a b+c%d.csv'],
    ['of other scripts', 'é日本😀.csv'],
    ['of just the 1,024 bytes that S3 allows', `${'x'.repeat(997)}.csv`],
    ['of just so many, three each', `${'日'.repeat(332)}x.csv`],
  ])('case 5: under a key %s', async (_, file) => {
    const id = await pipeline.drop(file, csv({}, rows.slice(0, 3)));
    const { job, state } = await pipeline.ended(id);
    expect(state).toMatchObject({ status: 'completed', rowsScored: 2 });
    expect(job.source.key).toBe(`incoming/breast-cancer/${file}`);
    expect(Buffer.byteLength(job.source.key)).toBeLessThanOrEqual(1024);
    expect(await pipeline.resultRows(id)).toHaveLength(2);
  });

  it('case 5: in a folder so long that no key of a model could hold its name', async () => {
    const folder = `${'日'.repeat(337)}x`;
    const id = await pipeline.drop('x', csv({}, rows.slice(0, 3)), folder);
    const { job, state } = await pipeline.ended(id);
    expect(state).toMatchObject({ status: 'failed', reason: { code: 'model_missing' } });
    expect(job.modelName).toBe(folder);
    expect(Buffer.byteLength(job.source.key)).toBeLessThanOrEqual(1024);
  });
});

describe('a regression', () => {
  it('has predictions equal to plain scikit-learn’s', async () => {
    const file = 'sample-data/diabetes.csv';
    const id = await pipeline.drop('diabetes.csv', readFileSync(file), 'diabetes');
    const { state } = await pipeline.ended(id);
    const expected = plainScores<number[]>('diabetes', file);
    expect(state).toMatchObject({ status: 'completed', rowsScored: expected.length });
    const scores = await pipeline.scoresOf(id, expected.length);
    for (const [i, { prediction }] of scores.entries()) {
      expect(Math.abs(Number(prediction) - (expected[i] as number))).toBeLessThanOrEqual(
        1e-12 * Math.abs(expected[i] as number),
      );
    }
  });
});
