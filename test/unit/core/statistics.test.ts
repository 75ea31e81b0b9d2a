import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Statistics } from '../../../contracts/generated/types.ts';
import { mergeStatistics, mostFrequent } from '../../../core/statistics.ts';

const EDGES = [0, 0.25, 0.5, 1];

function statisticsOf(values: readonly number[], firstRow = 0): Statistics {
  if (values.length === 0) return { count: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const counts = EDGES.map(() => 0).concat(0);
  for (const value of values) {
    const bin = EDGES.filter((edge) => value >= edge).length;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const top = values.map((value, i) => ({ row: firstRow + i, value }));
  return {
    count: values.length,
    mean,
    m2: values.reduce((sum, value) => sum + (value - mean) ** 2, 0),
    min: Math.min(...values),
    max: Math.max(...values),
    histogram: { edges: EDGES, counts },
    labels: { yes: values.filter((value) => value > 0).length },
    top: top.sort((a, b) => b.value - a.value || a.row - b.row).slice(0, 100),
  };
}

/** Squares of smaller numbers leave DynamoDB's range, which is a case of its own. */
const value = fc.double({ min: -1, max: 2, noNaN: true }).map((x) => (Math.abs(x) < 1e-60 ? 0 : x));
const values = fc.array(value, { maxLength: 150 });

describe('mergeStatistics', () => {
  it('merges chunks to the statistics of all their rows', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const merged = mergeStatistics(statisticsOf(first), statisticsOf(second, first.length));
        const { mean, m2, ...whole } = statisticsOf([...first, ...second]);
        expect(merged).toMatchObject(whole);
        if (mean !== undefined) expect(merged.mean).toBeCloseTo(mean, 10);
        if (m2 !== undefined) expect(merged.m2).toBeCloseTo(m2, 8);
      }),
    );
  });

  it('keeps the statistics of a chunk beside one whose rows all failed', () => {
    const some = statisticsOf([0.1, 0.9]);
    expect(mergeStatistics({ count: 0 }, some)).toEqual(some);
    expect(mergeStatistics(some, { count: 0 })).toEqual(some);
  });

  it('leaves moments out that DynamoDB could not hold as numbers', () => {
    const huge = mergeStatistics(statisticsOf([1e100]), statisticsOf([-1e100]));
    expect(huge).toMatchObject({ count: 2 });
    expect(huge.m2).toBeUndefined();
    expect(mergeStatistics(huge, statisticsOf([1])).mean).toBeUndefined();
  });

  it('refuses histograms that do not compare', () => {
    const other: Statistics = { count: 1, histogram: { edges: [0, 2], counts: [0, 1, 0] } };
    expect(() => mergeStatistics(statisticsOf([0.1]), other)).toThrow(/same edges/);
  });

  it('adds up vectors, beside chunks that have none', () => {
    const vectors = (rows: number, dimension = 384): Statistics => ({
      count: rows,
      vectors: { count: rows, dimension },
    });
    expect([vectors(2), { count: 0 }, vectors(3)].reduce(mergeStatistics)).toEqual(vectors(5));
    expect(() => mergeStatistics(vectors(2), vectors(3, 768))).toThrow(/not 384 and 768/);
  });

  it('counts labels and rows of clusters that have no strength', () => {
    const labels = (counts: Record<string, number>, count: number): Statistics => ({ count, labels: counts });
    const merged = mergeStatistics(labels({ '-1': 1, '0': 2 }, 3), labels({ '0': 1, '7': 4 }, 5));
    expect(merged).toEqual({ count: 8, labels: { '-1': 1, '0': 3, '7': 4 } });
  });
});

it('of labels, the most frequent are kept that an item has room for', () => {
  const labels = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`${i}`, i + 1]));
  expect(Object.keys(mostFrequent(labels))).toHaveLength(500);
  const long = Object.fromEntries(Array.from({ length: 600 }, (_, i) => ['ä'.repeat(500) + i, i + 1]));
  const kept = Object.keys(mostFrequent(long));
  expect(Buffer.byteLength(kept.join(''))).toBeLessThanOrEqual(100_000);
  expect(kept).toHaveLength(99);
  expect(kept).toContain(`${'ä'.repeat(500)}599`);
});
