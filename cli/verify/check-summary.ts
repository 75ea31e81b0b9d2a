import type { FailedChunk, JobState, JobSummary } from '../../contracts/generated/types.ts';
import { isTerminal, type JobView } from '../../core/job.ts';
import type { ChunkTotals } from './chunk-totals.ts';
import { compareErrors, tally } from './error-tally.ts';
import { compare, comparePresence, type Finding } from './finding.ts';
import { endOf, wasStopped } from './job-end.ts';

/**
 * The summary by the chunks. It is written together with the end that the chunks come to, so a job that was stopped has none
 * for this attempt; one of an earlier attempt says nothing of this one.
 */
export function checkSummary(
  { job, state }: JobView,
  summary: JobSummary | undefined,
  totals: ChunkTotals,
): Finding[] {
  const stopped = wasStopped(state);
  const current = summary?.attempt === state.attempt ? summary : undefined;
  const mayBeThere = isTerminal(state.status) && !stopped;
  if (!current) return mayBeThere ? [{ about: 'summary', kind: 'missing' }] : [];
  if (!mayBeThere) return [{ about: 'summary', kind: 'unexpected' }];
  const { status } = endOf(totals, job);
  const files = job.settings.output !== 'rows' && status !== 'failed';
  const expected: Partial<JobSummary> = {
    status,
    modelName: job.modelName,
    ...(job.model && { model: job.model }),
    source: job.source,
    rowsTotal: totals.rows,
    rowsScored: totals.rowsScored,
    rowsFailed: totals.rowsFailed,
    chunksTotal: totals.chunks,
    chunksFailed: totals.failed,
    rowsNotIndexed: totals.rowsNotIndexed,
  };
  return [
    ...Object.entries(expected).flatMap(([field, value]) =>
      compare('summary', field, { summary: current[field as keyof JobSummary], chunks: value }),
    ),
    ...compare('summary', 'failedChunks', {
      summary: current.failedChunks.map(writtenOff),
      chunks: totals.failedChunks.map(writtenOff),
    }),
    ...compare('summary', 'statistics.count', { summary: current.statistics.count, chunks: totals.counted }),
    ...comparePresence('summary', 'results', { isThere: current.results !== undefined, mustBe: files }),
    ...compareErrors('summary', tally(current.errorCounts), totals.errors, 'chunks'),
  ];
}

const writtenOff = ({ chunk, firstRow, rowCount, reason }: FailedChunk) => [
  chunk,
  firstRow,
  rowCount,
  reason.code,
];

/**
 * `_SUCCESS` lies beside the result files of a job that has a summary, and is the same. It is written just before the end, so
 * a job that was cancelled in that moment has it too.
 */
export function checkSuccess(
  state: JobState,
  summary: JobSummary | undefined,
  success: Buffer | undefined,
): readonly Finding[] {
  const written = success && parsed(success);
  if (success && !written) return [{ about: '_SUCCESS', kind: 'unreadable' }];
  const lostTheRace = wasStopped(state) && state.remaining === 0 && written?.attempt === state.attempt;
  if (lostTheRace) return [];
  if (!summary?.results) return written ? [{ about: '_SUCCESS', kind: 'unexpected' }] : [];
  if (!written) return [{ about: '_SUCCESS', kind: 'missing' }];
  const told: Record<string, unknown> = JSON.parse(JSON.stringify(summary));
  return [...new Set([...Object.keys(told), ...Object.keys(written)])].flatMap((field) =>
    compare('_SUCCESS', field, { _SUCCESS: written[field], summary: told[field] }),
  );
}

function parsed(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
