import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parseSettings } from '../../infra/load-settings.ts';
import { localEnvironment } from '../../infra/runtime.ts';
import { commandLine } from './command-line.ts';
import { differences } from './models/differences.ts';
import { type MadeModel, makeModelsWith, publishArguments } from './models/made-models.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';
import { RUNTIMES } from './stack.setup.ts';

const NAME = 'older-sklearn';
const settings = parseSettings({ runtimes: RUNTIMES }).runtimes[NAME] ?? expect.unreachable();
const { python } = localEnvironment(NAME, settings) ?? expect.unreachable();

/** Training, publishing and scoring all happen under scikit-learn 1.5.2, beside a stack whose `classic` has 1.9.1. */
describe('a model of an older scikit-learn', () => {
  const { folder, models } = makeModelsWith(python, 'older');
  afterAll(() => rmSync(folder, { recursive: true }));

  const dropscore = commandLine(inject('stack'));
  const publish = (model: MadeModel, ...more: string[]) =>
    dropscore(...publishArguments(model), '--python', python, ...more, '--json');
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await thePipeline();
  });

  it.each(models.map((model) => [model.name, model] as const))(
    '%s finds its runtime, and scores as there',
    async (_, model) => {
      const published = await publish(model);
      expect(published.code, published.stderr).toBe(0);
      expect(JSON.parse(published.stdout)).toMatchObject({ runtime: NAME, promoted: true });

      const expected: unknown[] = JSON.parse(readFileSync(model.expected, 'utf8'));
      const id = await pipeline.drop('drop.csv', readFileSync(model.drop), model.name);
      const { state } = await pipeline.ended(id);
      expect(state).toMatchObject({ status: 'completed', rowsFailed: 0 });
      const scores = await pipeline.scoresOf(id, expected.length);
      expect(differences(scores, expected, model.tolerance)).toEqual([]);
    },
  );

  it('is refused by a runtime that has another, with both versions and the one that fits', async () => {
    const [model] = models;
    const name = 'older-elsewhere';
    const { code, stdout, stderr } = await publish(
      { ...(model ?? expect.unreachable()), name },
      '--runtime',
      'classic',
    );
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/scikit-learn 1\.5\.2/);
    expect(stdout + stderr).toMatch(/1\.9\.1/);
    expect(stdout + stderr).toContain(NAME);
  });
});
