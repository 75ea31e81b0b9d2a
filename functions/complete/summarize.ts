import type {
  Chunk,
  Comparison,
  ErrorCount,
  JobSummary,
  LocatedRowError,
  Reason,
  Statistics,
} from '../../contracts/generated/types.ts';
import { mergeComparisons, wholeComparison } from '../../core/comparison/merge.ts';
import { UsageTally } from '../../core/cost/usage-tally.ts';
import { type JobView, notesOf, resultsOf } from '../../core/job.ts';
import { mergeStatistics, mostFrequent } from '../../core/statistics.ts';
import { isExceeded, tooManyErrors } from '../../core/tolerance.ts';
import { withinBytes } from '../../core/within-bytes.ts';

const FAILED_CHUNKS_SHOWN = 20;
const ERRORS_SHOWN = 5;
const ERROR_KINDS_SHOWN = 300;
const COLUMNS_BYTES = 100_000;
const OTHER_KINDS = 'other';

type Tally = Pick<
  JobSummary,
  'failedChunks' | 'errorCounts' | 'statistics' | 'comparison' | 'rowsNotIndexed'
> & {
  firstErrors: LocatedRowError[];
};

/**
 * Consumes the ended chunks of a job in order. Produces its summary: the same for every delivery, since the chunks no
 * longer change.
 */
export async function summarize(
  view: JobView,
  chunks: AsyncIterable<Chunk>,
  resultsBucket: string,
): Promise<JobSummary> {
  const { job, state } = view;
  const notes = notesOf(view);
  const usage = new UsageTally(job);
  const tally = await tallyOf(usage.each(chunks));
  const { rowsTotal = 0, chunksTotal = 0, rowsScored, rowsFailed, chunksFailed } = state;
  const reason = failure(view, tally);
  const status = reason ? 'failed' : rowsFailed > 0 ? 'completed_with_errors' : 'completed';
  const results = resultsOf(job, status, resultsBucket);
  const summary: JobSummary = {
    jobId: job.jobId,
    attempt: state.attempt,
    status,
    ...(reason && { reason }),
    modelName: job.modelName,
    ...(job.model && { model: job.model }),
    source: job.source,
    rowsTotal,
    rowsScored,
    rowsFailed,
    chunksTotal,
    chunksFailed,
    ...tally,
    ...(results && { results }),
    notes: rowsTotal === 0 ? [...notes, 'The file has no rows: there was nothing to score.'] : notes,
  };
  const used = usage.whole(state, summary);
  return { ...summary, ...(used && { usage: used }) };
}

/** Too many errors come first: a predictor that sees them stops the job, whatever becomes of its other chunks. */
function failure({ job, state }: JobView, { errorCounts }: Tally): Reason | undefined {
  const { rowsTotal = 0, chunksTotal = 0, rowsFailed, chunksFailed } = state;
  const { toleratedErrors: share } = job.settings;
  if (share !== undefined && isExceeded({ rowsFailed, rowsTotal }, share))
    return tooManyErrors({ rowsFailed, rowsTotal }, share, errorCounts[0]);
  return chunksTotal > 0 && chunksFailed === chunksTotal ? allChunksFailed(chunksTotal) : undefined;
}

async function tallyOf(chunks: AsyncIterable<Chunk>): Promise<Tally> {
  const failedChunks: JobSummary['failedChunks'] = [];
  const firstErrors: LocatedRowError[] = [];
  const errorCounts = new Map<string, ErrorCount>();
  let statistics: Statistics = { count: 0 };
  let comparison: Comparison | undefined;
  let rowsNotIndexed = 0;
  for await (const chunk of chunks) {
    const { firstRow, rowCount } = chunk.reference;
    if (chunk.reason && failedChunks.length < FAILED_CHUNKS_SHOWN) {
      failedChunks.push({ chunk: chunk.chunk, firstRow, rowCount, reason: chunk.reason });
    }
    firstErrors.push(...(chunk.firstErrors ?? []).slice(0, ERRORS_SHOWN - firstErrors.length));
    for (const count of chunk.errorCounts ?? []) addErrorCount(errorCounts, count);
    if (chunk.statistics) statistics = mergeStatistics(statistics, chunk.statistics);
    if (chunk.comparison)
      comparison = comparison ? mergeComparisons(comparison, chunk.comparison) : chunk.comparison;
    rowsNotIndexed += chunk.rowsNotIndexed ?? 0;
  }
  if (statistics.labels) statistics = { ...statistics, labels: mostFrequent(statistics.labels) };
  return {
    ...{ failedChunks, firstErrors, statistics, rowsNotIndexed },
    errorCounts: byRows(errorCounts),
    ...(comparison && { comparison: wholeComparison(comparison) }),
  };
}

function addErrorCount(counts: Map<string, ErrorCount>, { code, column, rows, line }: ErrorCount): void {
  const key = JSON.stringify([code, column]);
  const known = counts.get(key);
  if (known) known.rows += rows;
  else
    counts.set(key, {
      code,
      rows,
      ...(column !== undefined && { column }),
      ...(line !== undefined && { line }),
    });
}

/** The most frequent first. What there is no room for is summed up: the rows always add up. */
function byRows(counts: Map<string, ErrorCount>): ErrorCount[] {
  const ranked = [...counts.values()].sort((a, b) => b.rows - a.rows || a.code.localeCompare(b.code));
  const columns = ranked.slice(0, ERROR_KINDS_SHOWN).map(({ column = '' }) => column);
  const room = withinBytes(columns, COLUMNS_BYTES);
  const rest = ranked.slice(room).reduce((sum, { rows }) => sum + rows, 0);
  return [...ranked.slice(0, room), ...(rest > 0 ? [{ code: OTHER_KINDS, rows: rest }] : [])];
}

const allChunksFailed = (chunks: number) => ({
  code: 'all_chunks_failed' as const,
  message: `None of the ${chunks} chunks could be scored: their reasons are in the ledger (dropscore job show).`,
});
