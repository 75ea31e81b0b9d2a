import type { Sketch, SketchBins } from '../../contracts/generated/types.ts';

/**
 * Numbers in bins whose borders no two chunks choose differently, so that sketches of disjoint rows merge by adding, and
 * quantiles with a relative error of at most 1 %: DDSketch of Masson, Rim and Lee, "DDSketch: A Fast and Fully-Mergeable
 * Quantile Sketch with Relative-Error Guarantees" (VLDB 2019), with linear bins between powers of two as in its fast
 * variant. A bin is some bits of the double itself: no logarithm, in which two languages might differ at a border.
 *
 * The predictor's `sketch.py` is the twin; `contracts/examples/sketches.json` has examples for both.
 */

const MOST_BINS = 2048;
const BINS_A_DOUBLING = 64;
/** Bits of the upper half of a double below those that tell the bin. */
const SHIFT = 14;
const BIAS = 1023;
/** From 2^-431 to 2^418: what DynamoDB holds as numbers, in whole powers of two. */
const LOWEST_BIN = (BIAS - 431) * BINS_A_DOUBLING;
const HIGHEST_BIN = (BIAS + 418) * BINS_A_DOUBLING - 1;

const double = new DataView(new ArrayBuffer(8));

export function sketchOf(values: Iterable<number>): Sketch {
  let zeros = 0;
  const [negative, positive] = [new Map<number, number>(), new Map<number, number>()];
  for (const value of values) {
    const bin = binOf(value);
    if (bin < LOWEST_BIN) zeros++;
    else addTo(value < 0 ? negative : positive, Math.min(bin, HIGHEST_BIN), 1);
  }
  return sketch(zeros, negative, positive);
}

/** The order of merging does not matter: what is collapsed in a part would be in the whole. */
export function mergeSketches(a: Sketch, b: Sketch): Sketch {
  const [negative, positive] = [new Map<number, number>(), new Map<number, number>()];
  for (const part of [a, b]) {
    for (const [bin, count] of entries(part.negative)) addTo(negative, bin, count);
    for (const [bin, count] of entries(part.positive)) addTo(positive, bin, count);
  }
  return sketch(a.zeros + b.zeros, negative, positive);
}

/** The number of rank ⌊share × (count − 1)⌋ in ascending order, from 0, within 1 % of itself; undefined of none. */
export function quantileOf(sketch: Sketch, share: number): number | undefined {
  const negative = entries(sketch.negative)
    .reverse()
    .map(([bin, count]) => [-middleOf(bin), count] as const);
  const positive = entries(sketch.positive).map(([bin, count]) => [middleOf(bin), count] as const);
  const ascending = [...negative, [0, sketch.zeros] as const, ...positive];
  const total = ascending.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.floor(share * (total - 1));
  let below = 0;
  for (const [value, count] of ascending) {
    below += count;
    if (below > rank) return value;
  }
  return undefined;
}

const entries = ({ bins, counts }: SketchBins = { bins: [], counts: [] }): [number, number][] =>
  bins.map((bin, i) => [bin, counts[i] ?? 0]);

function sketch(zeros: number, negative: Map<number, number>, positive: Map<number, number>): Sketch {
  return {
    zeros,
    ...(negative.size > 0 && { negative: collapsed(negative) }),
    ...(positive.size > 0 && { positive: collapsed(positive) }),
  };
}

/** The bins nearest to zero become one, where there are too many: the tails are what is asked for. */
function collapsed(counts: Map<number, number>): SketchBins {
  const ascending = [...counts].sort(([a], [b]) => a - b);
  const kept = ascending.slice(-MOST_BINS);
  const rest = ascending.slice(0, -MOST_BINS).reduce((sum, [, count]) => sum + count, 0);
  return {
    bins: kept.map(([bin]) => bin),
    counts: kept.map(([, count], i) => (i === 0 ? count + rest : count)),
  };
}

function addTo(counts: Map<number, number>, bin: number, count: number): void {
  counts.set(bin, (counts.get(bin) ?? 0) + count);
}

function binOf(value: number): number {
  double.setFloat64(0, Math.abs(value));
  return double.getUint32(0) >>> SHIFT;
}

/** As far from both borders of the bin, relative to them. */
function middleOf(bin: number): number {
  const [low, high] = [lowerBorder(bin), lowerBorder(bin + 1)];
  return (2 * low * high) / (low + high);
}

function lowerBorder(bin: number): number {
  double.setUint32(0, bin << SHIFT);
  double.setUint32(4, 0);
  return double.getFloat64(0);
}
