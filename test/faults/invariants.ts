import assert from 'node:assert/strict';
import type { Score } from '../../contracts/generated/types.ts';
import { isTerminal } from '../../core/job.ts';
import type { Pipeline } from '../pipeline/open-pipeline.ts';
import type { TerminalEvents } from './terminal-events.ts';

/**
 * The five invariants, of a job that has ended with its source split: whatever befell it.
 *
 * @returns its score items.
 * @throws AssertionError with both sides of what does not hold.
 */
export async function expectInvariants(
  pipeline: Pipeline,
  events: TerminalEvents,
  jobId: string,
  rows: number,
): Promise<Score[]> {
  const view = await pipeline.ledger.readJob(jobId);
  assert.ok(view, 'there is no job');
  const { job, state } = view;
  const chunks = await pipeline.chunksOf(jobId);
  const scores = await pipeline.scoresOf(jobId, rows);

  // 1. Every record is one item, or its whole chunk is written off with one reason.
  const writtenOff = chunks.filter(({ status }) => status === 'failed');
  const inChunks = (of: typeof chunks) =>
    of.flatMap(({ reference: { firstRow, rowCount } }) =>
      Array.from({ length: rowCount }, (_, i) => firstRow + i),
    );
  const all = Array.from({ length: rows }, (_, row) => row);
  const accounted = new Set([...scores.map(({ row }) => row), ...inChunks(writtenOff)]);
  same(
    [...accounted].sort((a, b) => a - b),
    all,
    'rows that are accounted for',
  );
  same(inChunks(chunks), all, 'rows of the chunks');
  for (const { reason } of writtenOff) assert.match(reason?.message ?? '', /\w/);

  // 2. The job's counters are the file's records, the ledger's sums, and what table and files hold.
  const sum = (name: 'rowsScored' | 'rowsFailed') =>
    chunks.reduce((total, chunk) => total + (chunk[name] ?? 0), 0);
  const { rowsScored, rowsFailed, remaining, rowsTotal, chunksTotal, chunksFailed } = state;
  same([rowsScored, rowsFailed], [sum('rowsScored'), sum('rowsFailed')], 'counters and chunks');
  same(rowsScored + rowsFailed, rows, 'rows that are counted');
  const totals = { remaining: 0, rowsTotal: rows, chunksTotal: chunks.length };
  same({ remaining, rowsTotal, chunksTotal }, totals, 'totals');
  same(chunksFailed, writtenOff.length, 'chunks that are written off');
  const done = chunks.filter(({ status }) => status === 'done');
  const doneRows = new Set(inChunks(done));
  const results = await pipeline.resultRows(jobId, job.modelName, done);
  same(
    results.map(({ row }) => Number(row)),
    [...doneRows],
    'rows of the result files',
  );
  const scored = scores.filter(({ row, error }) => doneRows.has(row) && !error);
  same(scored.length, rowsScored, 'items with a score');

  // 3. One terminal state, one event an attempt, however often it was sent.
  assert.ok(isTerminal(state.status), `the job is ${state.status}`);
  const told = (await events.of(jobId, state.attempt)).filter(({ attempt }) => attempt === state.attempt);
  const ends = new Set(told.map(({ eventId, status }) => `${eventId} ${status}`));
  same([...ends], [`${jobId}#${state.attempt} ${state.status}`], 'events');

  // 4. One object version and one model version.
  for (const { row, version } of scores) same(version, job.model?.version, `model version of row ${row}`);
  for (const { chunk, reference } of chunks)
    if (reference.object.key === job.source.key)
      same(reference.object.versionId, job.source.versionId, `version that chunk ${chunk} reads`);

  // 5. Nothing in silence: what was lost is told with its reason, and in numbers.
  if (rowsFailed > 0) assert.notEqual(state.status, 'completed');
  return scores;
}

/** Under its name, so that a difference tells what differs. */
const same = (found: unknown, expected: unknown, what: string): void =>
  assert.deepEqual({ [what]: found }, { [what]: expected });
