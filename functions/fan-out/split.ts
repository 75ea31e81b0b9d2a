import type {
  Checkpoint,
  Chunk,
  ChunkMessage,
  ChunkReference,
  Job,
  JobState,
} from '../../contracts/generated/types.ts';
import { CHUNKS_A_STEP, chunkMessage } from '../../core/chunk-message.ts';
import { InputRejected } from '../../core/errors.ts';
import { isTerminal, type JobView } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { Origin } from './origins/origin.ts';

export interface SplitDependencies {
  ledger: Pick<Ledger, 'readJob' | 'putChunk' | 'advance' | 'finishSplit' | 'holdSplit'>;
  now(): string;
  /** Milliseconds until the function is stopped. */
  timeLeft(): number;
  sendChunks(runtime: string, messages: ChunkMessage[]): Promise<void>;
}

/** Enough to finish a step and to send `continue`, also when both are throttled for a while. */
const STOP_WITH_MS_LEFT = 20_000;

/**
 * Consumes an open job and the origin of its rows. Produces its chunks: each `open` in the ledger before it is sent, and the
 * checkpoint after, so that whoever goes on from the checkpoint repeats at most one step. Chunk borders depend only on what
 * the job pinned: a second splitter of the same job finds the same chunks and sends those that are still open once more.
 *
 * Nothing is put or sent that goes beyond the job's limit of rows: there it is held, until somebody approves.
 *
 * @throws InputRejected where the source breaks a rule of its origin; Error where there was no time for a single chunk.
 */
export async function split(
  { job, state }: JobView,
  origin: Origin,
  dependencies: SplitDependencies,
): Promise<'finished' | 'held' | 'out_of_time'> {
  const { ledger, now, timeLeft } = dependencies;
  const mostRows = rowsAllowed(job, state, origin);
  let { checkpoint } = state;
  let nextChunk = checkpoint.chunk;
  let step: ChunkReference[] = [];

  for await (const cut of origin.cuts(checkpoint)) {
    const isBeyond = cut.checkpoint.row > mostRows;
    if (!isBeyond) {
      if (cut.reference) step.push(cut.reference);
      checkpoint = cut.checkpoint;
    }
    const isLate = !cut.isLast && timeLeft() < STOP_WITH_MS_LEFT;
    if (step.length >= CHUNKS_A_STEP || (step.length > 0 && (isBeyond || isLate || cut.isLast))) {
      if (!(await commitStep(job, nextChunk, step, checkpoint, dependencies))) return 'finished';
      nextChunk += step.length;
      step = [];
    }
    if (isBeyond) {
      await hold(job, checkpoint, origin, dependencies);
      return 'held';
    }
    if (!isLate) continue;
    if (nextChunk === state.checkpoint.chunk) throw noProgress(job);
    return 'out_of_time';
  }

  const { row: rowsTotal, chunk: chunksTotal } = checkpoint;
  const { notes } = origin;
  await ledger.finishSplit(job.jobId, { rowsTotal, chunksTotal, checkpoint, ...(notes && { notes }) }, now());
  return 'finished';
}

/** Of a source that tells how many rows it has, all are allowed or none. */
function rowsAllowed(
  { settings: { maxRowsPerJob: limit } }: Job,
  { approvedBeyond }: JobState,
  { rows = 0 }: Origin,
): number {
  if (limit === undefined || approvedBeyond !== undefined) return Number.POSITIVE_INFINITY;
  return rows > limit ? 0 : limit;
}

/**
 * Every splitter that knows of no approval stops at the same border, so whoever comes second has nothing to write. Where
 * somebody has approved meanwhile, the approval's own message goes on.
 */
async function hold(
  { jobId, settings: { maxRowsPerJob: limit = 0 } }: Job,
  checkpoint: Checkpoint,
  { rows: rowsTotal }: Origin,
  { ledger, now }: SplitDependencies,
): Promise<void> {
  const told = { rows: checkpoint.row, limit, ...(rowsTotal !== undefined && { rowsTotal }) };
  await ledger.holdSplit(jobId, { ...told, since: now(), untold: true }, checkpoint);
}

/** @returns false where the job has ended meanwhile, so that splitting on would be for nothing. */
async function commitStep(
  job: Job,
  firstChunk: number,
  references: readonly ChunkReference[],
  checkpoint: Checkpoint,
  { ledger, sendChunks, now }: SplitDependencies,
): Promise<boolean> {
  const written = await Promise.all(
    references.map((reference, i) => ledger.putChunk(openChunk(job, firstChunk + i, reference))),
  );
  const messages = written.filter(({ status }) => status === 'open').map((chunk) => chunkMessage(job, chunk));
  if (job.model) await sendChunks(job.model.runtime, messages);
  if (await ledger.advance(job.jobId, checkpoint, now())) return true;
  const view = await ledger.readJob(job.jobId);
  return view !== undefined && !isTerminal(view.state.status);
}

const openChunk = (job: Job, chunk: number, reference: ChunkReference): Chunk => ({
  jobId: job.jobId,
  chunk,
  status: 'open',
  attempt: 1,
  reference,
});

/**
 * A compressed source starts over in every slice, and inflating up to its checkpoint takes longer than one. Any other had only a late start,
 * behind slow services or a long reopening: its message goes back.
 */
function noProgress(job: Job): Error {
  if (job.format !== 'csv.gz') return new Error('Out of time before the first chunk of this slice.');
  const message = `Inflating ${job.source.key} up to its next chunk takes longer than one run of the function: drop it uncompressed, or in parts.`;
  return new InputRejected('gzip_too_large', message);
}
