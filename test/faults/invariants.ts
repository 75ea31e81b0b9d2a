import { expect } from 'vitest';
import type { Score } from '../../contracts/generated/types.ts';
import { isTerminal } from '../../core/job.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { TerminalEvents } from './terminal-events.ts';

/**
 * The five invariants, of a job that has ended with its source split: whatever befell it.
 *
 * @returns its score items.
 */
export async function expectInvariants(
  pipeline: Pipeline,
  events: TerminalEvents,
  jobId: string,
  rows: number,
): Promise<Score[]> {
  const { job, state } = (await pipeline.ledger.readJob(jobId)) ?? expect.unreachable('there is no job');
  const chunks = await pipeline.chunksOf(jobId);
  const scores = await pipeline.scoresOf(jobId, rows);

  // 1. Every record is one item, or its whole chunk is written off with one reason.
  const writtenOff = chunks.filter(({ status }) => status === 'failed');
  const inChunks = (of: typeof chunks) =>
    of.flatMap(({ reference: { firstRow, rowCount } }) =>
      Array.from({ length: rowCount }, (_, i) => firstRow + i),
    );
  const accounted = new Set([...scores.map(({ row }) => row), ...inChunks(writtenOff)]);
  expect([...accounted].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row));
  expect(inChunks(chunks)).toEqual(Array.from({ length: rows }, (_, row) => row));
  for (const { reason } of writtenOff) expect(reason?.message).toMatch(/\w/);

  // 2. The job's counters are the file's records, the ledger's sums, and what table and files hold.
  const sum = (name: 'rowsScored' | 'rowsFailed') =>
    chunks.reduce((total, chunk) => total + (chunk[name] ?? 0), 0);
  expect([state.rowsScored, state.rowsFailed]).toEqual([sum('rowsScored'), sum('rowsFailed')]);
  expect(state.rowsScored + state.rowsFailed).toBe(rows);
  expect(state).toMatchObject({ remaining: 0, rowsTotal: rows, chunksTotal: chunks.length });
  expect(state.chunksFailed).toBe(writtenOff.length);
  const done = chunks.filter(({ status }) => status === 'done');
  const doneRows = new Set(inChunks(done));
  const results = await pipeline.resultRows(jobId, job.modelName, done);
  expect(results.map(({ row }) => Number(row))).toEqual([...doneRows]);
  const items = scores.filter(({ row }) => doneRows.has(row));
  expect(items.filter(({ error }) => !error)).toHaveLength(state.rowsScored);

  // 3. One terminal state, one event an attempt, however often it was sent.
  expect(isTerminal(state.status)).toBe(true);
  const told = (await events.of(jobId, state.attempt)).filter(({ attempt }) => attempt === state.attempt);
  expect(new Set(told.map(({ eventId, status }) => `${eventId} ${status}`))).toEqual(
    new Set([`${jobId}#${state.attempt} ${state.status}`]),
  );

  // 4. One object version and one model version.
  expect(new Set(scores.map(({ version }) => version))).toEqual(new Set([job.model?.version]));
  expect(new Set(chunks.map(({ reference }) => reference.object.versionId))).toEqual(
    new Set([job.source.versionId]),
  );

  // 5. Nothing in silence: what was lost is told with its reason, and in numbers.
  if (state.rowsFailed > 0) expect(state.status).not.toBe('completed');
  return scores;
}
