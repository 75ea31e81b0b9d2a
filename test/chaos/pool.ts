import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SAMPLE_MODELS } from '../faults/faulted-stack.ts';
import { MODEL } from '../faults/publish-copy.ts';
import { Random } from './random.ts';

/** A row of features as it is written in a file, and what the model makes of it in a plain script. */
export interface PoolRow {
  cells: readonly string[];
  score: number;
  prediction: string;
}

export interface Pool {
  features: readonly string[];
  /** The sample's rows first, in its order; then rows with extreme numbers. */
  rows: readonly PoolRow[];
  /** joblib.dump of the first rows: `<kind>-<rows>.joblib`. */
  joblibFiles: string;
}

export const JOBLIB_KINDS = ['array', 'columns-first', 'frame', 'compressed'] as const;
export const JOBLIB_ROWS = [0, 1, 60, 61, 250, 569] as const;
/** Every so many rows of a frame lack a value. */
export const MISSING_EVERY = 7;

export const SAMPLE_ROWS = 569;
const EXTREME_ROWS = 120;
const EXTREMES = [
  '1e300',
  '-1e300',
  '1e-300',
  '4.9e-324',
  '-0.0',
  '0',
  '+12.50',
  '123456789012345678901234567890',
];

/** All that a seed draws from. Scores come from the model and pandas alone: no code of the pipeline has a part in them. */
export function thePool(folder: string): Pool {
  const python = process.env.DROPSCORE_PYTHON ?? '.venv/bin/python';
  const [header = '', ...lines] = readFileSync('sample-data/breast_cancer.csv', 'utf8').trim().split('\n');
  const features = header.split(',').slice(1);
  const sample = lines.map((line) => line.split(',').slice(1));
  const cells = [...sample, ...extremes(sample)];

  const file = path.join(folder, 'pool.csv');
  writeFileSync(file, [features, ...cells].map((row) => `${row.join(',')}\n`).join(''));
  const model = `${SAMPLE_MODELS}/${MODEL}/1`;
  const { output } = JSON.parse(readFileSync(`${model}/manifest.json`, 'utf8'));
  const plain = ['test/pipeline/plain_scores.py', `${model}/model.joblib`, file, ...features];
  const probabilities: number[][] = JSON.parse(execFileSync(python, plain, { encoding: 'utf8' }));
  execFileSync(python, [
    'test/chaos/joblib_files.py',
    ...[folder, 'sample-data/breast_cancer.csv', String(MISSING_EVERY), ...JOBLIB_ROWS.map(String)],
  ]);

  const positive = output.classes.indexOf(output.positiveClass);
  const rows = probabilities.map((row, i) => {
    const best = row.indexOf(Math.max(...row));
    const prediction: string = output.labels[output.classes[best]];
    return { cells: cells[i] ?? [], score: row[positive] ?? Number.NaN, prediction };
  });
  return { features, rows, joblibFiles: folder };
}

function extremes(sample: readonly string[][]): string[][] {
  const random = new Random(EXTREME_ROWS);
  return Array.from({ length: EXTREME_ROWS }, () =>
    random.pick(sample).map((cell) => (random.chance(0.1) ? random.pick(EXTREMES) : cell)),
  );
}
