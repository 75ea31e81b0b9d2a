import type { Comparison, Difference, Histograms, Output, Score } from '../../contracts/generated/types.ts';
import { isStorable, momentsOf } from '../statistics.ts';
import { changesOf } from './changes.ts';
import { furthest, mergeComparisons } from './merge.ts';
import { sketchOf } from './sketch.ts';

type Scores = AsyncIterable<readonly Score[]>;

/** Rows that are compared at a time, so that memory stays flat. */
const BATCH = 5000;

/**
 * Compares the scores of two jobs for the same rows, both in order: as the predictor does it for a chunk, and merged
 * likewise. `comparison.py` is the twin.
 *
 * @param output of the later job's model.
 */
export async function compareRows(
  jobId: string,
  before: Scores,
  after: Scores,
  output: Output,
): Promise<Comparison> {
  let whole: Comparison = { jobId, rowsInCommon: 0, rowsOnlyBefore: 0, rowsOnlyAfter: 0 };
  let pairs: Pair[] = [];
  for await (const pair of pairsOf(before, after)) {
    pairs.push(pair);
    if (pairs.length < BATCH) continue;
    whole = mergeComparisons(whole, comparisonOf(jobId, pairs, output));
    pairs = [];
  }
  return mergeComparisons(whole, comparisonOf(jobId, pairs, output));
}

/** The scores of one row; a side that has none, or an error, is absent. */
interface Pair {
  before?: Score;
  after?: Score;
}

function comparisonOf(jobId: string, pairs: readonly Pair[], output: Output): Comparison {
  const common = pairs.flatMap(({ before, after }) => (before && after ? [{ before, after }] : []));
  const numbers = common.flatMap(({ before, after }) => {
    const [b, a] = [headlineOf(before, output), headlineOf(after, output)];
    return b === undefined || a === undefined ? [] : [{ row: after.row, before: b, after: a }];
  });
  const moved = furthest(numbers.filter(({ before, after }) => isStorable(before) && isStorable(after)));
  const histograms = histogramsOf(numbers, output);
  return {
    jobId,
    rowsInCommon: common.length,
    rowsOnlyBefore: pairs.filter(({ before, after }) => before && !after).length,
    rowsOnlyAfter: pairs.filter(({ before, after }) => after && !before).length,
    ...(numbers.length > 0 && { difference: differenceOf(numbers) }),
    ...(histograms && { histograms }),
    ...(output.tiers?.length && {
      tiers: changesOf(common.map(({ before, after }) => named(before.tier, after.tier))),
    }),
    ...(LABELLED.has(output.kind) && {
      labels: changesOf(common.map(({ before, after }) => named(labelOf(before), labelOf(after)))),
    }),
    ...(moved.length > 0 && { moved }),
  };
}

async function* pairsOf(before: Scores, after: Scores): AsyncGenerator<Pair> {
  const [earlier, later] = [rowsOf(before), rowsOf(after)];
  let [b, a] = [await earlier.next(), await later.next()];
  while (!b.done || !a.done) {
    const row = Math.min(b.value?.row ?? Infinity, a.value?.row ?? Infinity);
    const pair: Pair = {};
    if (b.value?.row === row) {
      if (!b.value.error) pair.before = b.value;
      b = await earlier.next();
    }
    if (a.value?.row === row) {
      if (!a.value.error) pair.after = a.value;
      a = await later.next();
    }
    yield pair;
  }
}

async function* rowsOf(batches: Scores): AsyncGenerator<Score, undefined> {
  for await (const batch of batches) yield* batch;
}

interface Numbers {
  row: number;
  before: number;
  after: number;
}

function differenceOf(numbers: readonly Numbers[]): Difference {
  const differences = numbers.map(({ before, after }) => finite(after - before));
  return { ...momentsOf(differences), sketch: sketchOf(differences) };
}

const finite = (value: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));

function histogramsOf(numbers: readonly Numbers[], output: Output): Histograms | undefined {
  const edges = edgesOf(output);
  if (!edges || numbers.length === 0) return undefined;
  const counts = (values: readonly number[]) => {
    const inBins = new Array<number>(edges.length + 1).fill(0);
    for (const value of values) {
      const above = edges.findIndex((edge) => value < edge);
      const bin = above < 0 ? edges.length : above;
      inBins[bin] = (inBins[bin] ?? 0) + 1;
    }
    return inBins;
  };
  return {
    edges,
    before: counts(numbers.map(({ before }) => before)),
    after: counts(numbers.map(({ after }) => after)),
  };
}

/** 0 to 1, where the manifest names none: probabilities, and strengths of clusters. */
const SHARE_EDGES = Array.from({ length: 21 }, (_, i) => i / 20);

const LABELLED: ReadonlySet<Output['kind']> = new Set(['binary', 'multiclass', 'cluster']);

function edgesOf({ histogramEdges, kind }: Output): number[] | undefined {
  return histogramEdges ?? (LABELLED.has(kind) ? SHARE_EDGES : undefined);
}

/** The score where there is one, else the numeric prediction, else the first of several outputs that is a number. */
function headlineOf({ score, prediction, outputs = {} }: Score, { kind, names = [] }: Output) {
  if (score !== undefined) return Number(score);
  if (kind === 'regression') return asNumber(prediction);
  const name = names.find((one) => asNumber(outputs[one]) !== undefined);
  return kind === 'multi' && name !== undefined ? asNumber(outputs[name]) : undefined;
}

/** A double beyond what DynamoDB holds as a number is kept as its decimal text. */
function asNumber(value: Score['prediction']): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : undefined;
}

const DECIMAL = /^-?\d+(?:\.\d+)?e[+-]\d{3}$/;

/** Whole numbers without a fraction, whichever way the scores were kept. */
const labelOf = ({ prediction }: Score): string | undefined =>
  prediction === undefined ? undefined : String(prediction).replace(/^(-?\d+)\.0$/, '$1');

const named = (before: string | undefined, after: string | undefined) => ({
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});
