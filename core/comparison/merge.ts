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

/** Comparisons of two disjoint sets of rows as that of their union, but for what `wholeComparison` adds. */
export function mergeComparisons(a: Comparison, b: Comparison): Comparison {
  const difference = merged(a.difference, b.difference, mergeDifferences);
  const histograms = merged(a.histograms, b.histograms, mergeHistograms);
  const tiers = merged(a.tiers, b.tiers, mergeChanges);
  const labels = merged(a.labels, b.labels, mergeChanges);
  const moved = furthest([...(a.moved ?? []), ...(b.moved ?? [])]);
  const unavailable = mergeUnavailable([...(a.unavailable ?? []), ...(b.unavailable ?? [])]);
  return {
    jobId: a.jobId,
    rowsInCommon: a.rowsInCommon + b.rowsInCommon,
    rowsOnlyBefore: a.rowsOnlyBefore + b.rowsOnlyBefore,
    rowsOnlyAfter: a.rowsOnlyAfter + b.rowsOnlyAfter,
    ...(unavailable.length > 0 && { unavailable }),
    ...(difference && { difference }),
    ...(histograms && { histograms }),
    ...(tiers && { tiers }),
    ...(labels && { labels }),
    ...(moved.length > 0 && { moved }),
  };
}

/** What can be told once every part is merged: quantiles, the stability index, and matrices of a bounded size. */
export function wholeComparison(comparison: Comparison): Comparison {
  const { difference, histograms, tiers, labels } = comparison;
  return {
    ...comparison,
    ...(difference && { difference: { ...difference, quantiles: quantilesOf(difference) } }),
    ...(histograms && { psi: populationStability(histograms) }),
    ...(tiers && { tiers: boundedChanges(tiers) }),
    ...(labels && { labels: boundedChanges(labels) }),
  };
}

/** The headline of a whole comparison. */
export function figuresOf({
  jobId,
  rowsInCommon,
  unavailable = [],
  difference,
  psi,
  tiers,
}: Comparison): ComparisonFigures {
  const rowsUnavailable = unavailable.reduce((sum, { rows }) => sum + rows, 0);
  return {
    jobId,
    rowsInCommon,
    ...(rowsUnavailable > 0 && { rowsUnavailable }),
    ...(difference?.mean !== undefined && { meanDifference: difference.mean }),
    ...(psi !== undefined && { psi }),
    ...(tiers && rowsInCommon > 0 && { tierChangedShare: tiers.changed / rowsInCommon }),
  };
}

/** The rows that moved most, ties by row. */
export function furthest(rows: readonly Moved[]): Moved[] {
  const distance = ({ before, after }: Moved) => Math.abs(after - before);
  return [...rows].sort((a, b) => distance(b) - distance(a) || a.row - b.row).slice(0, MOVED);
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
