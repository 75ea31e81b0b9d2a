import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parseContract } from '../../contracts/validate.ts';
import { commandLine } from './command-line.ts';
import { differences } from './models/differences.ts';
import { makeModels, publishArguments } from './models/made-models.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const { folder, models } = makeModels();
afterAll(() => rmSync(folder, { recursive: true }));

const dropscore = commandLine(inject('stack'));
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await thePipeline();
});

describe('published by the command line and dropped, a file’s scores are its model’s own library’s', () => {
  it.each(models.map((model) => [`${model.name}: ${model.kind}`, model] as const))('%s', async (_, model) => {
    const published = await dropscore(...publishArguments(model), '--json');
    expect(published.code, published.stderr).toBe(0);
    expect(JSON.parse(published.stdout)).toMatchObject({
      name: model.name,
      kind: model.kind,
      runtime: model.runtime,
      promoted: true,
    });

    const expected: unknown[] = JSON.parse(readFileSync(model.expected, 'utf8'));
    const id = await pipeline.drop('drop.csv', readFileSync(model.drop), model.name);
    const { state } = await pipeline.ended(id);
    expect(state).toMatchObject({ status: 'completed', rowsScored: expected.length, rowsFailed: 0 });

    const scores = await pipeline.scoresOf(id, expected.length);
    for (const score of scores) parseContract('score', score);
    expect(scores).toHaveLength(expected.length);
    expect(differences(scores, expected, model.tolerance)).toEqual([]);
    expect((await pipeline.ledger.readSummary(id))?.statistics).toMatchObject(model.statistics);
    expect(await pipeline.resultRows(id, model.name)).toHaveLength(expected.length);
  });
});
