import type {
  Comparison,
  ComparisonFigures,
  Difference,
  Histograms,
  Moved,
  Quantiles,
  Unavailable,
} from '../../contracts/generated/types.ts';
import { mergeHistogramCounts, mergeMoments, moments } from '../statistics.ts';
import { boundedChanges, mergeChanges } from './changes.ts';
import { populationStability } from './psi.ts';
import { mergeSketches, quantileOf } from './sketch.ts';

const MOVED = 10;

/** What comparisons of rows have in common, whether of one job or of many. */
export type Compared = Omit<Comparison, 'jobId' | 'moved' | 'psi'>;

/** Comparisons of two disjoint sets of rows as that of their union, but for what `wholeComparison` adds. */
export function mergeComparisons(a: Comparison, b: Comparison): Comparison {
  const moved = furthest([...(a.moved ?? []), ...(b.moved ?? [])]);
  return { jobId: a.jobId, ...mergeCompared(a, b), ...(moved.length > 0 && { moved }) };
}

/** @throws where histograms have other bins. */
export function mergeCompared(a: Compared, b: Compared): Compared {
  const difference = merged(a.difference, b.difference, mergeDifferences);
  const histograms = merged(a.histograms, b.histograms, mergeHistograms);
  const tiers = merged(a.tiers, b.tiers, mergeChanges);
  const labels = merged(a.labels, b.labels, mergeChanges);
  const unavailable = mergeUnavailable([...(a.unavailable ?? []), ...(b.unavailable ?? [])]);
  return {
    rowsInCommon: a.rowsInCommon + b.rowsInCommon,
    rowsOnlyBefore: a.rowsOnlyBefore + b.rowsOnlyBefore,
    rowsOnlyAfter: a.rowsOnlyAfter + b.rowsOnlyAfter,
    ...(unavailable.length > 0 && { unavailable }),
    ...(difference && { difference }),
    ...(histograms && { histograms }),
    ...(tiers && { tiers }),
    ...(labels && { labels }),
  };
}

/** What can be told once every part is merged: quantiles, the stability index, and matrices of a bounded size. */
export function wholeComparison<T extends Compared>(comparison: T): T & Pick<Comparison, 'psi'> {
  const { difference, histograms } = comparison;
  return {
    ...boundedComparison(comparison),
    ...(difference && { difference: { ...difference, quantiles: quantilesOf(difference) } }),
    ...(histograms && { psi: populationStability(histograms) }),
  };
}

/** With matrices as small as they are shown. */
export function boundedComparison<T extends Compared>(comparison: T): T {
  const { tiers, labels } = comparison;
  return {
    ...comparison,
    ...(tiers && { tiers: boundedChanges(tiers) }),
    ...(labels && { labels: boundedChanges(labels) }),
  };
}

/** The headline of a whole comparison. */
export const figuresOf = (comparison: Comparison): ComparisonFigures => ({
  jobId: comparison.jobId,
  ...headlineFigures(comparison),
});

/** The headline, whether of one job or of many. */
export function headlineFigures({
  rowsInCommon,
  unavailable = [],
  difference,
  psi,
  tiers,
}: Compared & Pick<Comparison, 'psi'>): Omit<ComparisonFigures, 'jobId'> {
  const rowsUnavailable = unavailable.reduce((sum, { rows }) => sum + rows, 0);
  return {
    rowsInCommon,
    ...(rowsUnavailable > 0 && { rowsUnavailable }),
    ...(difference?.mean !== undefined && { meanDifference: difference.mean }),
    ...(psi !== undefined && { psi }),
    ...(tiers && rowsInCommon > 0 && { tierChangedShare: tiers.changed / rowsInCommon }),
  };
}

/** The rows that moved most, ties in the order given, which is that of rows where none is. */
export function furthest<T extends Moved>(
  rows: readonly T[],
  inOrder: (a: T, b: T) => number = (a, b) => a.row - b.row,
): T[] {
  const distance = ({ before, after }: Moved) => Math.abs(after - before);
  return [...rows].sort((a, b) => distance(b) - distance(a) || inOrder(a, b)).slice(0, MOVED);
}

function merged<T>(a: T | undefined, b: T | undefined, merge: (a: T, b: T) => T): T | undefined {
  return a && b ? merge(a, b) : (a ?? b);
}

const mergeDifferences = (a: Difference, b: Difference): Difference => ({
  ...mergeMoments(moments(a), moments(b)),
  sketch: mergeSketches(a.sketch, b.sketch),
});

const mergeHistograms = (a: Histograms, b: Histograms): Histograms => ({
  edges: a.edges,
  before: mergeHistogramCounts({ edges: a.edges, counts: a.before }, { edges: b.edges, counts: b.before }),
  after: mergeHistogramCounts({ edges: a.edges, counts: a.after }, { edges: b.edges, counts: b.after }),
});

function mergeUnavailable(parts: readonly Unavailable[]): Unavailable[] {
  const rows = new Map<Unavailable['code'], number>();
  for (const part of parts) rows.set(part.code, (rows.get(part.code) ?? 0) + part.rows);
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, rows]) => ({ code, rows }));
}

function quantilesOf({ sketch }: Difference): Quantiles {
  const at = (share: number) => quantileOf(sketch, share) ?? 0;
  return {
    p1: at(0.01),
    p5: at(0.05),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
    p99: at(0.99),
  };
}
