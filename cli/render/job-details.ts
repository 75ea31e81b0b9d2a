import type {
  FailedChunk,
  Job,
  JobSummary,
  LocatedRowError,
  Statistics,
} from '../../contracts/generated/types.ts';
import { costOf } from '../../core/cost/cost.ts';
import { isHeld, type JobView, notesOf } from '../../core/job.ts';
import { progressOf } from '../../core/progress.ts';
import { shadowRequest } from '../../core/shadow.ts';
import { progressParts } from '../watch/progress-line.ts';
import { headlineWords } from './comparison.ts';
import { costWords } from './cost.ts';
import { heldWords } from './held-words.ts';
import { printable } from './printable.ts';
import { approximately, bytes, count, counted, duration, moment, rate } from './quantities.ts';
import { table } from './table.ts';

const LABEL_WIDTH = 10;
const ERROR_KINDS = 20;

/** A job for people: what was scored with what, how it ended, why rows were refused, and where to go on. */
export function jobDetails(
  view: JobView,
  summary: JobSummary | undefined,
  width?: number,
  failedChunks: readonly FailedChunk[] = summary?.failedChunks ?? [],
): string {
  const { job } = view;
  const s3 = `s3://${job.source.bucket}/${job.source.key}`;
  const lines = [
    ['job', job.jobId],
    ['status', statusWords(view)],
    ['model', modelWords(view)],
    ['source', `${s3} (${bytes(job.sourceBytes)})`],
    ['versionId', job.source.versionId],
    ['rows', rowWords(view)],
    ['approved', approvalWords(view)],
    ['tolerates', toleranceWords(view)],
    ['chunks', chunkWords(view)],
    ['renews', job.renews ?? ''],
    ['shadow', shadowWords(job)],
    ['created', `${moment(job.createdAt)} by ${job.requestedBy}`],
    ['time', timeWords(view)],
    ...(summary ? summaryLines(summary) : []),
    ...(summary?.notes ?? notesOf(view)).map((note) => ['note', note]),
  ].filter(([, text]) => text !== '');
  return [
    ...lines.map(([label = '', text = '']) => label.padEnd(LABEL_WIDTH) + printable(text)),
    ...(summary && summary.errorCounts.length > 0 ? ['', errorTable(summary, width)] : []),
    ...(failedChunks.length > 0 ? ['', failedChunkLines(failedChunks, view.state.chunksFailed)] : []),
  ].join('\n');
}

export const STATUS_WORDS = {
  running: 'running',
  held: 'held',
  completed: 'completed',
  completed_with_errors: 'completed with errors',
  failed: 'failed',
  cancelled: 'cancelled',
} as const;

function statusWords({ state }: JobView): string {
  const attempt = state.attempt > 1 ? ` (attempt ${state.attempt})` : '';
  if (isHeld(state)) return `${STATUS_WORDS.held}${attempt}: ${heldWords(state.held)}`;
  const reason = state.reason ? `: ${state.reason.message} [${state.reason.code}]` : '';
  return STATUS_WORDS[state.status] + attempt + reason;
}

function modelWords({ job }: JobView): string {
  return job.model
    ? `${job.model.name} version ${job.model.version} (manifest sha256 ${job.model.manifestSha256.slice(0, 12)}…)`
    : job.modelName;
}

function rowWords({ state }: JobView): string {
  if (isHeld(state) && state.held.rows === 0) return '';
  if (state.status === 'running') return progressParts(progressOf(state), undefined).join(', ');
  const { rowsTotal, rowsScored, rowsFailed } = state;
  if (rowsTotal === undefined) return rowsScored > 0 ? `${count(rowsScored)} scored` : '';
  return `${count(rowsTotal)}: ${count(rowsScored)} scored, ${count(rowsFailed)} with errors`;
}

function shadowWords(job: Job): string {
  if (job.shadowOf !== undefined) return `of version ${job.shadowOf}: its scores are kept apart`;
  const request = shadowRequest(job);
  return request ? `version ${job.shadow}, when this has scores: ${request.jobId}` : '';
}

const approvalWords = ({ state: { approvedBeyond } }: JobView): string =>
  approvedBeyond === undefined ? '' : `beyond ${count(approvedBeyond)} rows`;

const toleranceWords = ({ job: { settings } }: JobView): string =>
  settings.toleratedErrors === undefined ? '' : `a share of ${settings.toleratedErrors} with errors`;

function chunkWords({ state }: JobView): string {
  if (state.status === 'running' || state.chunksTotal === undefined) return '';
  const failed = state.chunksFailed > 0 ? `, ${count(state.chunksFailed)} written off` : '';
  return count(state.chunksTotal) + failed;
}

function timeWords({ job, state }: JobView): string {
  if (!state.endedAt) return '';
  const ms = Date.parse(state.endedAt) - Date.parse(job.createdAt);
  const rows = state.rowsScored + state.rowsFailed;
  return duration(ms) + (rows > 0 && ms > 0 ? ` (${rate((rows / ms) * 1000)})` : '');
}

function summaryLines({
  statistics,
  comparison,
  results,
  rowsNotIndexed,
  usage,
  jobId,
}: JobSummary): string[][] {
  return [
    ['scores', statisticsWords(statistics)],
    ['tiers', tallyWords(statistics.tiers)],
    ['labels', tallyWords(statistics.labels)],
    ['vectors', vectorWords(statistics)],
    ['changed', comparison ? headlineWords(comparison) : ''],
    [
      'not found',
      rowsNotIndexed > 0
        ? `by record: ${counted(rowsNotIndexed, 'row')} whose id repeats too often; \`dropscore scores ${jobId}\` has them`
        : '',
    ],
    ['results', results ?? ''],
    ['cost', usage ? costWords(costOf(usage)) : ''],
  ];
}

function statisticsWords({ count: rows, mean, m2, min, max }: Statistics): string {
  if (rows === 0 || mean === undefined || min === undefined || max === undefined) return '';
  const deviation = rows > 1 && m2 !== undefined ? ` ± ${approximately(Math.sqrt(m2 / (rows - 1)))}` : '';
  return `mean ${approximately(mean)}${deviation}, from ${approximately(min)} to ${approximately(max)}`;
}

const vectorWords = ({ vectors }: Statistics): string =>
  vectors ? `${count(vectors.count)} of ${counted(vectors.dimension, 'number')}` : '';

/** Largest first. */
function tallyWords(tally: Record<string, number> | undefined): string {
  return Object.entries(tally ?? {})
    .sort(([, a], [, b]) => b - a)
    .map(([name, rows]) => `${name}: ${count(rows)}`)
    .join(', ');
}

function errorTable({ errorCounts, firstErrors = [] }: JobSummary, width: number | undefined): string {
  const shown = errorCounts.slice(0, ERROR_KINDS);
  const rows = shown.map(({ code, column, rows, line }) => {
    const example = firstErrors.find(({ error }) => error.code === code && error.column === column);
    return [code, column ?? '', count(rows), exampleWords(example, line)];
  });
  const more = errorCounts.length - shown.length;
  const text = table(
    [
      { title: 'ERROR' },
      { title: 'COLUMN' },
      { title: 'ROWS', align: 'right' },
      { title: 'FOR EXAMPLE', shrinks: true },
    ],
    rows,
    width,
  );
  return more > 0 ? `${text}\n… and ${counted(more, 'more kind')} of errors` : text;
}

function exampleWords(example: LocatedRowError | undefined, line: number | undefined): string {
  if (example) return `${placeWords(example)}: ${example.error.message}`;
  return line === undefined ? '' : `line ${line}`;
}

const placeWords = ({ row, error: { line } }: LocatedRowError): string =>
  line === undefined ? `row ${count(row)}` : `line ${line}`;

function failedChunkLines(failedChunks: readonly FailedChunk[], chunksFailed: number): string {
  const lines = failedChunks.map(
    ({ firstRow, rowCount, reason }) =>
      `rows ${count(firstRow)} to ${count(firstRow + rowCount - 1)} written off: ${printable(reason.message)} [${reason.code}]`,
  );
  const more = chunksFailed - failedChunks.length;
  return [...lines, ...(more > 0 ? [`… and ${counted(more, 'more chunk')}`] : [])].join('\n');
}
