import { gzipSync } from 'node:zlib';
import { newCourse } from '../../../cli/verify/course.ts';
import { findingLine } from '../../../cli/verify/report.ts';
import { openStores } from '../../../cli/verify/stores.ts';
import { verifyJob } from '../../../cli/verify/verify-job.ts';
import type { Chunk, JobState, Score } from '../../../contracts/generated/types.ts';
import { openedState } from '../../../core/job.ts';
import { resultPartKey, successKey } from '../../../core/keys.ts';
import { summarize } from '../../../functions/complete/summarize.ts';
import { aChunk, aJob, MODEL, NOW, SOURCE } from '../factories.ts';
import { aManifest } from './manifest.ts';
import { connectionTo, type World } from './run-command.ts';

type Whole = Required<Pick<World, 'view' | 'chunks' | 'scores' | 'summary' | 'manifest'>>;

/** A job as a test spoils it. */
export type VerifyWorld = World & Whole & { results: Map<string, Buffer> };

const HEADER = 'patient,radius\n';
const RECORDS = ['P0,1\n', '"P1",abc\n', 'P2,3\n', 'P3,4\n', 'P4,5\n'];
const CHUNK_ROWS = 2;
const TITLES = 'row,line,patient,prediction,score,proba_0,proba_1,error_code,error_column,error_message';

export const job = aJob({
  header: { object: SOURCE, byteStart: 0, byteEnd: HEADER.length },
  firstRecord: { byte: HEADER.length, line: 2 },
});
export const partKey = (chunk: number) => resultPartKey(MODEL.name, job.jobId, chunk);
export const SUCCESS = successKey(MODEL.name, job.jobId);

/** Five rows in three chunks: the second row is refused, and the second chunk was written off. Nothing is wrong with it. */
export async function aVerifyWorld(): Promise<VerifyWorld> {
  const state: JobState = {
    ...openedState(job),
    status: 'completed_with_errors',
    splitDone: true,
    rowsTotal: 5,
    chunksTotal: 3,
    chunksFailed: 1,
    rowsScored: 2,
    rowsFailed: 3,
    endedAt: NOW,
  };
  const view = structuredClone({ job, state });
  const chunks = [scored(0, 1), writtenOff(1), scored(2, 0)];
  const summary = await summarize(view, toAsync(chunks), 'results');
  const results = new Map([
    [partKey(0), aPart('0,2,P0,1,0.75,0.25,0.75,,,', '1,3,P1,,,,,not_a_number,radius,no number')],
    [partKey(2), aPart('4,6,P4,0,-1e-07,1.0,0.0,,,')],
    [SUCCESS, Buffer.from(JSON.stringify(summary))],
  ]);
  const scores = [
    aScore(0, { prediction: 1, score: 0.75, probabilities: { '0': 0.25, '1': 0.75 } }),
    aScore(1, { error: { code: 'not_a_number', message: 'no number', column: 'radius', line: 3 } }),
    aScore(4, { prediction: 0, score: -1e-7, probabilities: { '0': 1, '1': 0 } }),
  ];
  return { view, chunks, scores, summary, results, source: HEADER + RECORDS.join(''), manifest: aManifest() };
}

export type Spoil = (world: VerifyWorld) => unknown;

/** What is found in that world once it is spoiled, a line each. */
export async function verified(spoil: Spoil = () => {}) {
  const world = await aVerifyWorld();
  spoil(world);
  const stores = await openStores(connectionTo(world), world.view.job, Date.parse(NOW));
  const course = newCourse();
  const lines: string[] = [];
  for await (const finding of verifyJob(world.view, stores, course)) lines.push(findingLine(finding));
  return { lines, course };
}

export const aPart = (...lines: string[]): Buffer => gzipSync(`${[TITLES, ...lines].join('\n')}\n`);

export const aScore = (row: number, outcome: Partial<Score>): Score => ({
  jobId: job.jobId,
  row,
  line: row + 2,
  recordId: `P${row}`,
  model: MODEL.name,
  version: MODEL.version,
  sourceTime: NOW,
  ...outcome,
});

function scored(chunk: number, rowsFailed: number): Chunk {
  const reference = referenceOf(chunk);
  const rowsScored = reference.rowCount - rowsFailed;
  const errorCounts = rowsFailed > 0 ? [{ code: 'not_a_number', column: 'radius', rows: rowsFailed }] : [];
  const statistics = { count: rowsScored };
  return aChunk({ chunk, status: 'done', reference, rowsScored, rowsFailed, errorCounts, statistics });
}

function writtenOff(chunk: number): Chunk {
  const reference = referenceOf(chunk);
  const reason = { code: 'chunk_failed' as const, message: 'It crashed.' };
  return aChunk({
    chunk,
    status: 'failed',
    reference,
    reason,
    rowsScored: 0,
    rowsFailed: reference.rowCount,
  });
}

function referenceOf(chunk: number): Chunk['reference'] {
  const firstRow = chunk * CHUNK_ROWS;
  const rows = RECORDS.slice(firstRow, firstRow + CHUNK_ROWS);
  const byteStart = HEADER.length + RECORDS.slice(0, firstRow).join('').length;
  const byteEnd = byteStart + rows.join('').length;
  return { object: SOURCE, byteStart, byteEnd, firstRow, firstLine: firstRow + 2, rowCount: rows.length };
}

async function* toAsync<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
