import type { Chunk } from '../../contracts/generated/types.ts';
import { isInputRejected } from '../../core/errors.ts';
import type { JobView } from '../../core/job.ts';
import { checkHead, checkReference, tiling } from './check-chunks.ts';
import { countSource } from './count-source.ts';
import type { Course } from './course.ts';
import { compare, type Finding } from './finding.ts';
import { pairChunks } from './pair-chunks.ts';
import type { SourceChunk, SourceChunks } from './source-chunks.ts';
import type { VerifyStores } from './stores.ts';

/** A chunk of the ledger, where there is one, and what does not hold of its place in the source. */
interface Step {
  chunk?: Chunk | undefined;
  findings: readonly Finding[];
}

/**
 * The chunks of the ledger beside those of the source, which is read as far as it was split; as they follow each other, where
 * the source cannot be counted.
 */
export async function* besideSource(
  view: JobView,
  { ledger, objects, workBucket }: VerifyStores,
  course: Course,
): AsyncGenerator<Step> {
  const { job, state } = view;
  // A source that was refused at once, or never split, has no chunks that could be wrong.
  const wasSplit = state.splitDone || state.checkpoint.chunk > 0;
  const source = wasSplit ? await countSource(job, objects, workBucket) : 'never split';
  const chunks = ledger.chunksOf(job.jobId);
  if (typeof source !== 'string') {
    yield* compared(view, source, chunks, course);
    return;
  }
  if (wasSplit) course.notes.push(source);
  const follows = tiling(state);
  for await (const chunk of chunks) yield { chunk, findings: follows(chunk) };
}

async function* compared(
  { job, state }: JobView,
  { head, chunks }: SourceChunks,
  written: AsyncIterable<Chunk>,
  course: Course,
): AsyncGenerator<Step> {
  const refusals: Finding[] = [];
  let rows = 0;
  for await (const pair of pairChunks(untilRefused(chunks, refusals), written, state.splitDone)) {
    rows += pair.fresh?.rowCount ?? 0;
    // Behind what cannot be read there is nothing to compare with.
    const findings = refusals.length === 0 ? checkReference(pair, state) : [];
    yield { chunk: pair.chunk, findings };
  }
  course.compared.source = rows;
  yield { findings: checkHead(job, head) };
  // A source that breaks a rule is never split to its end.
  if (!state.splitDone) return;
  yield {
    findings:
      refusals.length > 0 ? refusals : compare('source', 'rows', { job: state.rowsTotal, recount: rows }),
  };
}

async function* untilRefused(
  chunks: AsyncIterable<SourceChunk>,
  refusals: Finding[],
): AsyncGenerator<SourceChunk> {
  try {
    yield* chunks;
  } catch (error) {
    if (!isInputRejected(error)) throw error;
    refusals.push({
      about: 'source',
      kind: 'unreadable',
      what: error.code,
      values: { recount: error.message },
    });
  }
}
