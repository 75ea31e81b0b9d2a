import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { smallSource } from '../heavy/sources.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const SOURCES = 40;
const LARGE_COPIES = 5;

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await thePipeline();
});

it('case 33: many sources at once, half of them of one row, behind a larger one: none is lost', async () => {
  const [header = '', ...rows] = readFileSync('sample-data/breast_cancer.csv', 'utf8').trimEnd().split('\n');
  const large = Array(LARGE_COPIES).fill(rows).flat();
  const largeId = await pipeline.drop('larger.csv', `${[header, ...large].join('\n')}\n`);
  const small = Array.from({ length: SOURCES }, (_, number) => smallSource(number));
  const ids = await Promise.all(small.map(({ file, body }) => pipeline.drop(file, body, 'breast-cancer')));

  const sizes = [large.length, ...small.map(({ rows }) => rows)];
  for (const [index, id] of [largeId, ...ids].entries()) {
    const { state } = await pipeline.ended(id);
    const rowsTotal = sizes[index];
    expect(state).toMatchObject({ status: 'completed', rowsTotal, rowsScored: rowsTotal, rowsFailed: 0 });
  }
  for (const [index, id] of ids.entries()) {
    const { rows = 0, body } = small[index] ?? {};
    const dropped = body
      ?.trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[0]);
    const scores = await pipeline.scoresOf(id, rows);
    expect(scores.map(({ recordId }) => recordId)).toEqual(dropped);
  }
});
