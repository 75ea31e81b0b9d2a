import type { Chunk, Score } from '../../contracts/generated/types.ts';
import type { JobView } from '../../core/job.ts';
import type { Connection } from '../connection.ts';
import { Failure } from '../failure.ts';
import { findJob } from '../find-job.ts';
import { noScoreOf } from '../no-score.ts';
import { recordScores } from '../record-scores.ts';
import { count } from '../render/quantities.ts';
import { rowSourceOf } from '../scores/row-source.ts';

/** A row of a job, the chunk that refers to it, and what the job made of it. */
export interface FoundRow {
  view: JobView;
  chunk: Chunk;
  row: number;
  /** Absent where the row has no score: its chunk is open or was written off, or the files are gone. */
  stored?: Score;
}

/** @returns the row of the score that `record` shows first: the current version's newest, where it has one. */
export async function rowOfRecord(connection: Connection, model: string, id: string): Promise<FoundRow> {
  const { scores } = await recordScores(connection, model, id, 1);
  const [stored] = scores;
  if (!stored) throw await noScoreOf(connection, model, id);
  const view = await findJob(await connection.ledger(), stored.jobId);
  return { view, row: stored.row, stored, chunk: await chunkOf(connection, view, stored.row) };
}

/** @returns the row of a job by its number. */
export async function rowOfJob(connection: Connection, jobId: string, row: number): Promise<FoundRow> {
  const view = await findJob(await connection.ledger(), jobId);
  const chunk = await chunkOf(connection, view, row);
  if (chunk.status !== 'done') return { view, row, chunk };
  const [stored] = await (await rowSourceOf(view, connection)).some([row]);
  return { view, row, chunk, ...(stored && { stored }) };
}

async function chunkOf(connection: Connection, { job, state }: JobView, row: number): Promise<Chunk> {
  for await (const chunk of (await connection.ledger()).chunksOf(job.jobId)) {
    const { firstRow, rowCount } = chunk.reference;
    if (row >= firstRow && row < firstRow + rowCount) return chunk;
  }
  throw new Failure('no_such_row', `Job ${job.jobId} has no row ${count(row)}.`, {
    remedy: `Rows count from 0, without the header: it has ${count(state.rowsTotal ?? state.checkpoint.row)}.`,
  });
}
