import type {
  Chunk,
  ChunkReference,
  Job,
  JobSummary,
  ModelManifest,
  Statistics,
} from '../../contracts/generated/types.ts';
import { LONG_NUMBER } from './item-size.ts';
import { classNames } from './score-item.ts';

/** As predictors have them: the rows told of each chunk, the labels that are counted, the borders of shares. */
const TOP = 100;
const NAMES_LIMIT = 500;
const SHARE_EDGES = 21;

/** As large as a predictor would tell them; the numbers mean nothing. */
export function statisticsOf(
  { firstRow, rowCount }: ChunkReference,
  { output }: Pick<ModelManifest, 'output'>,
): Statistics {
  const { kind, tiers, dimension = 1 } = output;
  if (kind === 'embedding') return { count: rowCount, vectors: { count: rowCount, dimension } };
  const edges = output.histogramEdges ?? (hasShares(kind) ? listOf(SHARE_EDGES, 0.05) : undefined);
  const row = firstRow + rowCount;
  return {
    ...{ count: rowCount, mean: LONG_NUMBER, m2: LONG_NUMBER, min: LONG_NUMBER, max: LONG_NUMBER },
    ...(edges && { histogram: { edges, counts: listOf(edges.length + 1, rowCount) } }),
    top: listOf(Math.min(TOP, rowCount), { row, value: LONG_NUMBER }),
    ...(kind !== 'regression' && { labels: countsFor(classNames(output).slice(0, NAMES_LIMIT), rowCount) }),
    ...(tiers && {
      tiers: countsFor(
        tiers.map(({ name }) => name),
        rowCount,
      ),
    }),
  };
}

const hasShares = (kind: ModelManifest['output']['kind']): boolean =>
  kind === 'binary' || kind === 'multiclass' || kind === 'cluster';

const listOf = <T>(length: number, item: T): T[] => Array.from({ length }, () => item);

const countsFor = (names: readonly string[], count: number): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, count]));

/** The summary of a job with such chunks: the last is like the others. */
export function endedSummary(
  { jobId, modelName, model, source, notes }: Job,
  last: Chunk | undefined,
): JobSummary {
  return {
    ...{ jobId, attempt: 1, status: 'completed', modelName, source, notes },
    ...(model && { model }),
    ...{ rowsTotal: 0, rowsScored: 0, rowsFailed: 0, rowsNotIndexed: 0, chunksTotal: 0, chunksFailed: 0 },
    ...{ failedChunks: [], errorCounts: [], firstErrors: [] },
    statistics: last?.statistics ?? { count: 0 },
  };
}
