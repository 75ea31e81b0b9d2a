import assert from 'node:assert/strict';
import type { Connection } from '../../cli/connection.ts';
import { findingLine } from '../../cli/verify/report.ts';
import { openStores } from '../../cli/verify/stores.ts';
import { verifyJob } from '../../cli/verify/verify-job.ts';
import type { Score } from '../../contracts/generated/types.ts';
import type { JobView } from '../../core/job.ts';
import { expectInvariants } from '../faults/invariants.ts';
import type { TerminalEvents } from '../faults/terminal-events.ts';
import type { Pipeline } from '../pipeline/open-pipeline.ts';
import type { Pool } from './pool.ts';
import type { ExpectedRow, Source } from './source.ts';

export interface Checked {
  pipeline: Pipeline;
  connection: Connection;
  events: TerminalEvents;
  pool: Pool;
}

const SHOWN = 5;
/** The last bits of a score may depend on how many rows a chunk has. */
const TOLERANCE = 1e-12;

/** Compares an ended job with all that it has written, as `job verify` does, and with the event of its end. */
export async function checkEnd(
  view: JobView,
  { connection, events }: Pick<Checked, 'connection' | 'events'>,
): Promise<string[]> {
  const { jobId, attempt, status } = view.state;
  const stores = await openStores(connection, view.job, Date.now());
  const lines: string[] = [];
  for await (const finding of verifyJob(view, stores)) lines.push(findingLine(finding));
  const told = (await events.of(jobId, attempt)).filter((event) => event.attempt === attempt);
  const others = told.filter((event) => event.status !== status);
  return [...lines, ...others.map((event) => `an event says ${event.status}, and the job is ${status}`)];
}

/** Compares a job of which nothing is left to do with what its maker knows of the source. */
export async function checkOutcome(
  { job, state }: JobView,
  source: Source,
  { pipeline, events, pool }: Checked,
): Promise<string[]> {
  const refused = source.rows.filter(({ outcome }) => 'code' in outcome).length;
  const { rowsScored, rowsFailed, chunksFailed } = state;
  const expected = { rowsScored: source.rows.length - refused, rowsFailed: refused, chunksFailed: 0 };
  try {
    assert.deepEqual({ rowsScored, rowsFailed, chunksFailed }, expected);
    const scores = await expectInvariants(pipeline, events, job.jobId, source.rows.length);
    return limited(source.rows.flatMap((row, i) => checkRow(i, row, scores[i], pool)));
  } catch (error) {
    if (error instanceof assert.AssertionError) return [error.message];
    throw error;
  }
}

function checkRow(row: number, expected: ExpectedRow, found: Score | undefined, { rows }: Pool): string[] {
  const { outcome, line } = expected;
  const differs = (what: string, ours: unknown, theirs: unknown) =>
    ours === theirs ? [] : [`row ${row}: ${what} is ${JSON.stringify(theirs)}, not ${JSON.stringify(ours)}`];
  const place = [
    ...differs('row', row, found?.row),
    ...differs('line', line, found?.error?.line ?? found?.line),
  ];
  if ('code' in outcome) {
    const column = outcome.column && differs('column', outcome.column, found?.error?.column);
    return [...place, ...differs('error', outcome.code, found?.error?.code), ...(column ?? [])];
  }
  const plain = rows[outcome.poolRow];
  const isNear = Math.abs(Number(found?.score) - (plain?.score ?? Number.NaN)) <= TOLERANCE;
  return [
    ...place,
    ...differs('error', undefined, found?.error?.message),
    ...differs('id', expected.recordId, found?.recordId),
    ...differs('note', expected.note ?? '', found?.passthrough?.note ?? ''),
    ...differs('prediction', plain?.prediction, found?.prediction),
    ...(isNear ? [] : differs('score', plain?.score, found?.score)),
  ];
}

export const limited = (lines: readonly string[]): string[] =>
  lines.length <= SHOWN ? [...lines] : [...lines.slice(0, SHOWN), `… and ${lines.length - SHOWN} more`];
