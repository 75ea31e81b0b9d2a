import { expect, test } from 'vitest';
import type { ModelManifest, Score } from '../../../contracts/generated/types.ts';
import { classNames, type Outcome, scoreAsJson, scoreColumns } from '../../../core/scores/score-columns.ts';
import { aJob, MODEL, NOW } from '../factories.ts';
import { aManifest } from './manifest.ts';

const SCORE: Score = {
  jobId: aJob().jobId,
  row: 7,
  line: 9,
  recordId: '00123',
  prediction: 1,
  score: '1e-200',
  tier: 'high',
  probabilities: { '0': 0.25, '1': 0.75 },
  model: MODEL.name,
  version: 2,
  sourceTime: NOW,
};
const row = (manifest: ModelManifest, score: Score, outcome: Partial<Outcome> = {}) => {
  const names = classNames(manifest.output) ?? [];
  const columns = scoreColumns(manifest, {
    classNames: names,
    hasScore: names.length > 0,
    hasLines: true,
    ...outcome,
  });
  return Object.fromEntries(columns.map(({ title, cell }) => [title, cell(score)]));
};

test('a classifier with tiers has every column, under the id column’s own name', () => {
  const manifest = aManifest({
    output: { kind: 'binary', classes: [0, 1], tiers: [{ name: 'high', from: 0.5 }] },
  });
  expect(row(manifest, SCORE)).toEqual({
    row: 7,
    line: 9,
    patient: '00123',
    prediction: 1,
    score: 1e-200,
    tier: 'high',
    proba_0: 0.25,
    proba_1: 0.75,
    error_code: undefined,
    error_column: undefined,
    error_message: undefined,
  });
});

test('columns that a regression without ids cannot fill are left out', () => {
  const { idColumn, ...manifest } = aManifest({ output: { kind: 'regression' } });
  expect(idColumn).toBe('patient');
  expect(Object.keys(row(manifest, SCORE))).toEqual([
    'row',
    'line',
    'prediction',
    'error_code',
    'error_column',
    'error_message',
  ]);
});

test('a source without lines has no column for them', () => {
  const { line, ...score } = SCORE;
  expect(line).toBe(9);
  expect(Object.keys(row(aManifest(), score, { hasLines: false }))).not.toContain('line');
});

test('an error fills its own columns only', () => {
  const { prediction, score, tier, probabilities, ...rest } = SCORE;
  const refused: Score = {
    ...rest,
    error: { code: 'not_a_number', column: 'radius', message: 'm', line: 9 },
  };
  const cells = Object.entries(row(aManifest(), refused)).filter(([, cell]) => cell !== undefined);
  expect(cells).toEqual([
    ['row', 7],
    ['line', 9],
    ['patient', '00123'],
    ['error_code', 'not_a_number'],
    ['error_column', 'radius'],
    ['error_message', 'm'],
  ]);
});

test('a double that the table keeps as text is a number for programs; a class that is text stays text', () => {
  const json = scoreAsJson({ ...SCORE, prediction: '1', probabilities: { '1': '2e-150' } });
  expect(json).toMatchObject({ prediction: '1', score: 1e-200, probabilities: { '1': 2e-150 } });
});

test('probabilities are named by the labels of the classes', () => {
  expect(classNames({ kind: 'binary', classes: [0, true, 'b'], labels: { '0': 'malignant' } })).toEqual([
    'malignant',
    'true',
    'b',
  ]);
});

test('columns that the model passes through come last', () => {
  const manifest = aManifest({ passthrough: ['clinic'] });
  const cells = row(manifest, { ...SCORE, passthrough: { clinic: '=A1' } });
  expect(Object.entries(cells).at(-1)).toEqual(['clinic', '=A1']);
});

const { prediction, score, tier, probabilities, ...BARE } = SCORE;
const own = (manifest: ModelManifest, found: Score, outcome?: Partial<Outcome>) =>
  Object.entries(row(manifest, found, outcome)).filter(
    ([title]) => !/^(row|line|patient|error_.*)$/.test(title),
  );

test('a cluster is a number, with its strength where the model tells one', () => {
  const manifest = aManifest({ output: { kind: 'cluster' } });
  expect(own(manifest, { ...BARE, prediction: -1 })).toEqual([['prediction', -1]]);
  expect(own(manifest, { ...BARE, prediction: 3, score: 0.5 }, { hasScore: true })).toEqual([
    ['prediction', 3],
    ['score', 0.5],
  ]);
});

test('several outputs are columns in the order of the manifest', () => {
  const manifest = aManifest({
    output: { kind: 'multi', names: ['size', 'price'], tiers: [{ name: 'high', from: 1 }] },
  });
  const outputs = { price: 1.5, size: 'large' };
  expect(own(manifest, { ...BARE, tier: 'high', outputs })).toEqual([
    ['tier', 'high'],
    ['output_size', 'large'],
    ['output_price', 1.5],
  ]);
});

test('a vector is one cell, a JSON array', () => {
  const manifest = aManifest({ output: { kind: 'embedding', dimension: 2 } });
  expect(own(manifest, { ...BARE, vector: [0.1, -1e-10] })).toEqual([['vector', '[0.1,-1e-10]']]);
  expect(own(manifest, BARE)).toEqual([['vector', undefined]]);
});

test('an output that the table keeps as text is a number only where no number of the table holds it', () => {
  const outputs = { tiny: '-1.5e-200', huge: '1e+300', label: '7', flag: true, word: '1e-9' };
  expect(scoreAsJson({ ...BARE, outputs }).outputs).toEqual({ ...outputs, tiny: -1.5e-200, huge: 1e300 });
});
