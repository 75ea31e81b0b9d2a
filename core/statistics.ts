import type { Statistics } from '../contracts/generated/types.ts';
import { withinBytes } from './within-bytes.ts';

const TOP = 100;
/** Keeps an item small, whatever the number of classes. */
const NAMES_LIMIT = 500;
const NAMES_BYTES = 100_000;

/**
 * Statistics of two disjoint sets of rows as those of their union. Mean and M2 by the pairwise rule of Chan, Golub and
 * LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances" (1979), which does not cancel.
 *
 * @throws when the histograms' edges differ: they are fixed per model name. So is a version's dimension of vectors.
 */
export function mergeStatistics(a: Statistics, b: Statistics): Statistics {
  const labels = mergeCounts(a.labels, b.labels);
  const tiers = mergeCounts(a.tiers, b.tiers);
  const histogram = mergeHistograms(a.histogram, b.histogram);
  const vectors = mergeVectors(a.vectors, b.vectors);
  const top = [...(a.top ?? []), ...(b.top ?? [])]
    .sort((x, y) => y.value - x.value || x.row - y.row)
    .slice(0, TOP);
  return {
    ...mergeMoments(a, b),
    ...(histogram && { histogram }),
    ...(labels && { labels }),
    ...(tiers && { tiers }),
    ...(top.length > 0 && { top }),
    ...(vectors && { vectors }),
  };
}

type Moments = Pick<Statistics, 'count' | 'mean' | 'm2' | 'min' | 'max'>;

/** Of some numbers, none of which is an infinity. */
export function momentsOf(values: readonly number[]): Moments {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const told = {
    mean,
    m2: values.reduce((sum, value) => sum + (value - mean) ** 2, 0),
    min: values.reduce((least, value) => Math.min(least, value), Infinity),
    max: values.reduce((most, value) => Math.max(most, value), -Infinity),
  };
  return Object.values(told).every(isStorable) ? { count, ...told } : { count };
}

/** As for statistics: those of a part that has no numbers are those of the other. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0 || b.count === 0) return moments(a.count === 0 ? b : a);
  const count = a.count + b.count;
  if (a.mean === undefined || b.mean === undefined) return { count };
  const delta = b.mean - a.mean;
  const merged = {
    mean: a.mean + (delta * b.count) / count,
    m2: (a.m2 ?? 0) + (b.m2 ?? 0) + (delta * delta * a.count * b.count) / count,
    min: Math.min(a.min ?? Infinity, b.min ?? Infinity),
    max: Math.max(a.max ?? -Infinity, b.max ?? -Infinity),
  };
  return Object.values(merged).every(isStorable) ? { count, ...merged } : { count };
}

/** DynamoDB holds numbers of magnitude 1e-130 to 9.99e125; moments beyond are left out, all of them, as the predictor does. */
export const isStorable = (value: number): boolean =>
  value === 0 || (Math.abs(value) >= 1e-130 && Math.abs(value) < 1e126);

/** The moments among other fields. */
export function moments({ count, mean, m2, min, max }: Moments): Moments {
  return {
    count,
    ...(mean !== undefined && { mean }),
    ...(m2 !== undefined && { m2 }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  };
}

/** Only the most frequent labels, by name: what a summary shows. */
export function mostFrequent(counts: Counts): Counts {
  const ranked = Object.entries(counts).sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  const names = ranked.slice(0, NAMES_LIMIT).map(([name]) => name);
  return Object.fromEntries(ranked.slice(0, withinBytes(names, NAMES_BYTES)));
}

type Histogram = Statistics['histogram'];

function mergeHistograms(a: Histogram, b: Histogram): Histogram {
  if (!a || !b) return a ?? b;
  return { edges: a.edges, counts: mergeHistogramCounts(a, b) };
}

/** @throws when their edges differ. */
export function mergeHistogramCounts(a: NonNullable<Histogram>, b: NonNullable<Histogram>): number[] {
  if (a.edges.length !== b.edges.length || a.edges.some((edge, i) => edge !== b.edges[i])) {
    throw new Error('Histograms of one model name have the same edges.');
  }
  return a.counts.map((count, i) => count + (b.counts[i] ?? 0));
}

type Vectors = Statistics['vectors'];

function mergeVectors(a: Vectors, b: Vectors): Vectors {
  if (!a || !b) return a ?? b;
  if (a.dimension !== b.dimension)
    throw new Error(`Vectors of one job have one dimension, not ${a.dimension} and ${b.dimension}.`);
  return { count: a.count + b.count, dimension: a.dimension };
}

type Counts = Record<string, number>;

function mergeCounts(a: Counts | undefined, b: Counts | undefined): Counts | undefined {
  if (!a || !b) return a ?? b;
  const merged: Counts = { ...a };
  for (const [name, count] of Object.entries(b)) merged[name] = (merged[name] ?? 0) + count;
  return merged;
}
