import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { scan } from '../unit/csv/scan.ts';
import { theDrop } from './drop.ts';
import { JOBLIB_KINDS, JOBLIB_ROWS, type Pool } from './pool.ts';

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);

const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-drops-'));
for (const kind of JOBLIB_KINDS)
  for (const rows of JOBLIB_ROWS) writeFileSync(path.join(folder, `${kind}-${rows}.joblib`), '');
afterAll(() => rmSync(folder, { recursive: true }));

const [header = '', ...lines] = readFileSync('sample-data/breast_cancer.csv', 'utf8').trim().split('\n');
const pool: Pool = {
  features: header.split(',').slice(1),
  rows: lines.map((line) => ({ cells: line.split(',').slice(1), score: 0.5, prediction: 'benign' })),
  joblibFiles: folder,
};

it('is the same for the same seed, and another for another', () => {
  const told = (seed: number) => JSON.stringify(theDrop(seed, pool));
  expect(SEEDS.map(told)).toEqual(SEEDS.map(told));
  expect(new Set(SEEDS.map(told)).size).toBe(SEEDS.length);
});

it('has the records that it expects, on the lines that it expects them on', () => {
  const sources = SEEDS.map((seed) => theDrop(seed, pool).source);
  for (const { kind, writing, body, rows } of sources) {
    if (!writing) continue;
    const records = scan(kind === 'csv.gz' ? gunzipSync(body) : body, [], writing.delimiter).slice(1);
    expect(records.map(({ line }) => line)).toEqual(rows.map(({ line }) => line));
  }
  expect(sources.filter(({ writing }) => writing).length).toBeGreaterThan(SEEDS.length / 2);
});
