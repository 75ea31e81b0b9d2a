import type { Chunk, Score } from '../../contracts/generated/types.ts';
import type { JobView } from '../../core/job.ts';
import { resultPartKey } from '../../core/keys.ts';
import { pinnedManifest } from '../../core/pin-model.ts';
import { readResultPart } from '../../core/scores/result-parts.ts';
import { scoreAsJson } from '../../core/scores/score-columns.ts';
import { isShadow } from '../../core/shadow.ts';
import type { ApiDependencies } from './dependencies.ts';
import { Refusal } from './refusal.ts';

/** A function's answer may have 6 MB, in which a quote of the body may take two bytes. */
export const MOST_PAGE_BYTES: number = 2.5 * 2 ** 20;
/** Rows that a page of errors looks at. */
const MOST_LOOKED_AT = 100_000;

export interface PageQuery {
  from: number;
  limit: number;
  only?: 'errors';
}

export interface ScoreRows {
  scores: Score[];
  /** The row that the next page begins with; undefined on the last. */
  next?: number;
}

type Reads = Pick<ApiDependencies, 'ledger' | 'scores' | 'models' | 'readResult'>;

/**
 * Rows of a job in the order of the file: as many as fit a page. Rows of chunks that have not ended, or were written off, are
 * left out.
 */
export async function scorePage(view: JobView, query: PageQuery, reads: Reads): Promise<ScoreRows> {
  const { from, limit, only } = query;
  const known = view.state.rowsTotal ?? view.state.checkpoint.row;
  const to = Math.min(known, from + (only ? MOST_LOOKED_AT : limit));
  const rows =
    view.job.settings.output === 'files'
      ? fromFiles(view, from, to, reads, only)
      : reads.scores.scoresOf(view.job.jobId, from, to, only);
  const scores: Score[] = [];
  let bytes = 0;
  for await (const batch of rows)
    for (const score of batch.map(scoreAsJson)) {
      bytes += Buffer.byteLength(JSON.stringify(score));
      if (scores.length > 0 && (scores.length === limit || bytes > MOST_PAGE_BYTES))
        return { scores, next: score.row };
      scores.push(score);
    }
  return { scores, ...(to < known && { next: to }) };
}

/** The rows of a job that writes files only: from the result file of each chunk that has some of them. */
async function* fromFiles(
  view: JobView,
  from: number,
  to: number,
  reads: Reads,
  only: 'errors' | undefined,
): AsyncGenerator<Score[]> {
  if (!view.job.model) return;
  const manifest = await pinnedManifest(view.job, reads.models);
  for await (const chunk of reads.ledger.chunksOf(view.job.jobId)) {
    const { firstRow, rowCount } = chunk.reference;
    if (firstRow >= to) return;
    if (chunk.status !== 'done' || firstRow + rowCount <= from) continue;
    const rows = await readResultPart(await resultOf(view, chunk, reads), view, manifest);
    yield rows.filter(({ row, error }) => row >= from && row < to && (!only || error !== undefined));
  }
}

async function resultOf({ job }: JobView, { chunk }: Chunk, { readResult }: Reads): Promise<Buffer> {
  const part = await readResult(resultPartKey(job.modelName, job.jobId, chunk, isShadow(job)));
  if (part) return part;
  throw new Refusal(
    409,
    'results_missing',
    `The result file of chunk ${chunk} is no longer there: the job writes files only, and a lifecycle rule may have removed them. Score the file again.`,
  );
}

/** @throws Refusal where a job never got as far as having rows. */
export function requireRows({ job, state }: JobView): void {
  if (job.model) return;
  throw new Refusal(
    409,
    'nothing_scored',
    `The job scored nothing: ${state.reason?.message ?? 'it has no model'}`,
  );
}
