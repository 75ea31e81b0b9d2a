import type {
  Checkpoint,
  Chunk,
  ChunkMessage,
  ChunkReference,
  Job,
} from '../../contracts/generated/types.ts';
import { chunkMessage } from '../../core/chunk-message.ts';
import { ChunkSplitter } from '../../core/csv/chunk-splitter.ts';
import { InputRejected } from '../../core/errors.ts';
import { isTerminal, type JobView } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import { type OriginDependencies, originOf } from './origin.ts';

export interface SplitDependencies extends OriginDependencies {
  ledger: Pick<Ledger, 'readJob' | 'putChunk' | 'advance' | 'finishSplit'>;
  now(): string;
  /** Milliseconds until the function is stopped. */
  timeLeft(): number;
  sendChunks(runtime: string, messages: ChunkMessage[]): Promise<void>;
}

/** SQS takes ten messages a batch. */
const CHUNKS_A_STEP = 10;
/** Enough to finish a step and to send `continue`, also when both are throttled for a while. */
const STOP_WITH_MS_LEFT = 20_000;

/**
 * Consumes an open job. Produces its chunks: each `open` in the ledger before it is sent, and the checkpoint after, so that
 * whoever goes on from the checkpoint repeats at most one step. Chunk borders depend only on what the job pinned: a second
 * splitter of the same job finds the same chunks and sends those that are still open once more.
 *
 * @throws InputRejected where the text breaks a rule of records.
 */
export async function split(
  { job, state }: JobView,
  dependencies: SplitDependencies,
): Promise<'finished' | 'out_of_time'> {
  const splitter = splitterOf(job, state.checkpoint);
  const origin = originOf(job, dependencies);
  let nextChunk = state.checkpoint.chunk;
  let step: ChunkReference[] = [];

  const commit = async (): Promise<boolean> => {
    const wanted = await commitStep(job, nextChunk, step, splitter.checkpoint, dependencies);
    nextChunk += step.length;
    step = [];
    return wanted;
  };

  for await (const bytes of origin.bytes(state.checkpoint.byte)) {
    for (const span of splitter.push(bytes)) step.push(await origin.reference(span));
    if (step.length >= CHUNKS_A_STEP && !(await commit())) return 'finished';
    if (dependencies.timeLeft() < STOP_WITH_MS_LEFT) {
      if (nextChunk === state.checkpoint.chunk) throw noProgress(job);
      return 'out_of_time';
    }
  }

  const { spans, rowsTotal, chunksTotal } = splitter.end();
  for (const span of spans) step.push(await origin.reference(span));
  if (step.length > 0 && !(await commit())) return 'finished';
  const totals = { rowsTotal, chunksTotal, checkpoint: splitter.checkpoint };
  await dependencies.ledger.finishSplit(job.jobId, totals, dependencies.now());
  return 'finished';
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

function splitterOf({ dialect, settings }: Job, from: Checkpoint): ChunkSplitter {
  if (!dialect) throw new Error('A job that was opened to be split has a dialect.');
  const { chunkRows, chunkBytes, maxRecordBytes } = settings;
  return new ChunkSplitter({ delimiter: dialect.delimiter, chunkRows, chunkBytes, maxRecordBytes, from });
}

/** Only a compressed source can come to this: it starts over in every slice, and inflating up to its checkpoint takes longer. */
function noProgress(job: Job): InputRejected {
  const message = `Inflating ${job.source.key} up to its next chunk takes longer than one run of the function: drop it uncompressed, or in parts.`;
  return new InputRejected('gzip_too_large', message);
}
