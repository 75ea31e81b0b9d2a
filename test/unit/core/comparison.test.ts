import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison, Output, Score, Sketch } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { compareRows } from '../../../core/comparison/compare-rows.ts';
import { figuresOf, mergeComparisons, wholeComparison } from '../../../core/comparison/merge.ts';
import { populationStability } from '../../../core/comparison/psi.ts';
import { mergeSketches, quantileOf, sketchOf } from '../../../core/comparison/sketch.ts';
import { NOW } from '../factories.ts';

interface SketchExample {
  description: string;
  values: number[];
  sketch: Sketch;
  quantiles?: { share: number; value: number }[];
}

const examples: SketchExample[] = JSON.parse(readFileSync('contracts/examples/sketches.json', 'utf8'));
const number = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(0, 1, -1, 1e-40));
const numbers = fc.array(number, { maxLength: 200 });

describe('a sketch', () => {
  it.each(examples)('$description', ({ values, sketch, quantiles = [] }) => {
    expect(sketchOf(values)).toEqual(sketch);
    for (const { share, value } of quantiles) expect(quantileOf(sketch, share)).toBe(value);
  });

  it('tells quantiles within 1 % of the exact ones', () => {
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, share) => {
          const exact = [...all].sort((a, b) => a - b)[Math.floor(share * (all.length - 1))] as number;
          const told = quantileOf(sketchOf(all), share) as number;
          expect(Math.abs(told - exact)).toBeLessThanOrEqual(Math.max(0.01 * Math.abs(exact), 2 ** -431));
        },
      ),
    );
  });

  it('of parts is that of the whole, in whichever order', () => {
    fc.assert(
      fc.property(numbers, numbers, (one, other) => {
        const whole = sketchOf([...one, ...other]);
        expect(mergeSketches(sketchOf(one), sketchOf(other))).toEqual(whole);
        expect(mergeSketches(sketchOf(other), sketchOf(one))).toEqual(whole);
      }),
    );
  });

  it('of parts is that of the whole, also where bins are collapsed', () => {
    const values = Array.from({ length: 20_000 }, (_, i) => 10 ** ((i % 10_000) / 125 - 40));
    const parts = [0, 1, 2].map((part) => sketchOf(values.filter((_, i) => i % 3 === part)));
    const [a, b, c] = parts as [Sketch, Sketch, Sketch];
    const whole = sketchOf(values);
    expect(whole.positive?.bins).toHaveLength(2048);
    expect(whole.positive?.counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
    expect(mergeSketches(mergeSketches(a, b), c)).toEqual(whole);
    expect(mergeSketches(c, mergeSketches(b, a))).toEqual(whole);
  });
});

describe('the population stability index', () => {
  const edges = [0, 1];

  it('is nothing between equal shares', () => {
    expect(populationStability({ edges, before: [1, 2, 3], after: [2, 4, 6] })).toBeCloseTo(0, 15);
  });

  it('is the sum over the bins', () => {
    const expected = (0.2 - 0.5) * Math.log(0.2 / 0.5) + (0.8 - 0.5) * Math.log(0.8 / 0.5);
    expect(populationStability({ edges, before: [0, 5, 5], after: [0, 2, 8] })).toBeCloseTo(expected, 15);
  });

  it('counts an empty bin as half a row, and one that is empty twice not at all', () => {
    const expected = (0.05 - 0.5) * Math.log(0.05 / 0.5) + (1 - 0.5) * Math.log(1 / 0.5);
    expect(populationStability({ edges, before: [5, 5, 0], after: [0, 10, 0] })).toBeCloseTo(expected, 15);
  });
});

const OUTPUT: Output = { kind: 'binary', classes: ['no', 'yes'], tiers: [{ name: 'high', from: 0.5 }] };
const EARLIER = 'a0b1c2d3e4f5061728394a5b';

const scoreOf = (row: number, share: number | undefined): Score => ({
  ...{ jobId: EARLIER, row, model: 'm', version: 1, sourceTime: NOW },
  ...(share === undefined
    ? { error: { code: 'not_a_number', message: 'It is none.' } }
    : { score: share, prediction: share < 0.5 ? 'no' : 'yes', ...(share >= 0.5 && { tier: 'high' }) }),
});

async function* batchesOf(shares: readonly (number | undefined)[], size: number, from: number) {
  for (let i = 0; i < shares.length; i += size)
    yield shares.slice(i, i + size).map((share, j) => scoreOf(from + i + j, share));
}

type Share = number | undefined;
const compared = (rows: readonly (readonly [Share, Share])[], size = 7, from = 0): Promise<Comparison> =>
  compareRows(
    EARLIER,
    batchesOf(
      rows.map(([before]) => before),
      size,
      from,
    ),
    batchesOf(
      rows.map(([, after]) => after),
      size + 2,
      from,
    ),
    OUTPUT,
  );

const share = fc.option(
  fc.double({ min: 0, max: 1, noNaN: true }).map((x) => (x < 1e-50 ? 0 : x)),
  { nil: undefined },
);
const rows = fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 80 });

describe('a comparison', () => {
  it('of parts is that of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, async (one, other) => {
        const whole = await compared([...one, ...other]);
        const merged = mergeComparisons(await compared(one), await compared(other, 3, one.length));
        const { difference: exact, ...rest } = whole;
        const { difference, ...counts } = merged;
        expect(counts).toEqual(rest);
        expect(difference?.sketch).toEqual(exact?.sketch);
        if (exact?.mean !== undefined) expect(difference?.mean).toBeCloseTo(exact.mean, 12);
        parseContract('comparison', wholeComparison(merged));
        parseContract('comparison-figures', figuresOf(wholeComparison(merged)));
      }),
    );
  });

  it('tells rows, changes, moves and the headline', async () => {
    const whole = wholeComparison(
      await compared([
        [0.25, 0.75],
        [undefined, 0.5],
        [0.5, undefined],
        [0.75, 0.75],
        [undefined, undefined],
      ]),
    );
    expect(whole).toMatchObject({ rowsInCommon: 2, rowsOnlyBefore: 1, rowsOnlyAfter: 1 });
    expect(whole.difference).toMatchObject({ count: 2, mean: 0.25, min: 0, max: 0.5 });
    expect(whole.tiers).toEqual({
      changed: 1,
      cells: [
        { after: 'high', rows: 1 },
        { before: 'high', after: 'high', rows: 1 },
      ],
    });
    expect(whole.labels?.changed).toBe(1);
    expect(whole.moved).toEqual([
      { row: 0, before: 0.25, after: 0.75 },
      { row: 3, before: 0.75, after: 0.75 },
    ]);
    expect(figuresOf(whole)).toEqual({
      ...{ jobId: EARLIER, rowsInCommon: 2, meanDifference: 0.25, tierChangedShare: 0.5 },
      psi: whole.psi,
    });
  });

  it('sums up the rows that could not be compared by their reasons', () => {
    const part = (code: 'scores_gone' | 'not_ended', rows: number): Comparison => ({
      ...{ jobId: EARLIER, rowsInCommon: 0, rowsOnlyBefore: 0, rowsOnlyAfter: 0 },
      unavailable: [{ code, rows }],
    });
    const merged = mergeComparisons(
      mergeComparisons(part('scores_gone', 2), part('not_ended', 3)),
      part('scores_gone', 5),
    );
    expect(merged.unavailable).toEqual([
      { code: 'not_ended', rows: 3 },
      { code: 'scores_gone', rows: 7 },
    ]);
    expect(figuresOf(merged)).toEqual({ jobId: EARLIER, rowsInCommon: 0, rowsUnavailable: 10 });
  });

  it('of very many labels stays small, and tells how many rows changed all the same', () => {
    const part = (first: number): Comparison => ({
      ...{ jobId: EARLIER, rowsInCommon: 500, rowsOnlyBefore: 0, rowsOnlyAfter: 0 },
      labels: {
        changed: 500,
        cells: Array.from({ length: 500 }, (_, i) => ({ before: `a${first + i}`, after: 'b', rows: 1 })),
      },
    });
    let merged = part(0);
    for (let chunk = 1; chunk < 100; chunk++) merged = mergeComparisons(merged, part(chunk * 500));
    expect(merged.labels?.cells).toHaveLength(2000);
    const whole = wholeComparison(merged);
    expect([whole.labels?.changed, whole.labels?.cells.length]).toEqual([50_000, 500]);
    parseContract('comparison', whole);
  });

  it('compares by vectors nothing but rows', async () => {
    const vector = (row: number): Score => {
      const { score, prediction, tier, ...identity } = scoreOf(row, 0.5);
      return { ...identity, vector: [row] };
    };
    const one = async function* () {
      yield [vector(0), vector(1)];
    };
    expect(await compareRows(EARLIER, one(), one(), { kind: 'embedding', dimension: 1 })).toEqual({
      ...{ jobId: EARLIER, rowsInCommon: 2, rowsOnlyBefore: 0, rowsOnlyAfter: 0 },
    });
  });
});
