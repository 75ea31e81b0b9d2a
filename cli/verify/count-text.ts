import type { Job } from '../../contracts/generated/types.ts';
import { type ChunkSpan, ChunkSplitter } from '../../core/csv/chunk-splitter.ts';
import { RecordScanner } from '../../core/csv/record-scanner.ts';
import { stagedChunkKey } from '../../core/keys.ts';
import type { SourceChunk, SourceChunks, SourceHead } from './source-chunks.ts';

/**
 * Splits a text from its first byte, header included, by the dialect and the sizes that the job pinned. Nothing of the job's
 * own counts is used, and no more is held than a piece of the text.
 *
 * @param text the source's text, inflated.
 */
export function countText(job: Job, text: AsyncIterable<Buffer>, workBucket: string): SourceChunks {
  const head: SourceHead = {};
  return { head, chunks: textChunks(job, text, head, placedBy(job, workBucket)) };
}

async function* textChunks(
  { dialect, settings }: Job,
  text: AsyncIterable<Buffer>,
  head: SourceHead,
  placed: (span: ChunkSpan) => SourceChunk,
): AsyncGenerator<SourceChunk> {
  const delimiter = dialect?.delimiter ?? ',';
  const findHeader = headerFinder({ delimiter, maxRecordBytes: settings.maxRecordBytes }, head);
  let splitter: ChunkSplitter | undefined;
  let at = 0;
  for await (const piece of text) {
    const from = head.firstRecord ?? findHeader(piece);
    if (from) {
      splitter ??= new ChunkSplitter({ ...settings, delimiter, from: { ...from, row: 0, chunk: 0 } });
      yield* splitter.push(piece.subarray(Math.max(0, from.byte - at))).map(placed);
    }
    at += piece.length;
  }
  if (splitter) yield* splitter.end().spans.map(placed);
  else findHeader(undefined);
}

/** Takes pieces of a text until it has found where the header ends; undefined ends the text. */
function headerFinder(options: { delimiter: string; maxRecordBytes: number }, head: SourceHead) {
  const from = { byte: 0, row: -1, line: 1 };
  const scanner = new RecordScanner({ ...options, from }, (byteEnd, line) => {
    if (head.header) return;
    head.header = { byteStart: scanner.record.byte, byteEnd };
    head.firstRecord = { byte: byteEnd, line };
  });
  return (piece: Buffer | undefined) => {
    if (piece) scanner.push(piece);
    else scanner.end();
    return head.firstRecord;
  };
}

/** Where a predictor finds a span: in the source, or, of compressed text, in a staged object of its own. */
function placedBy({ jobId, format, source }: Job, workBucket: string): (span: ChunkSpan) => SourceChunk {
  if (format !== 'csv.gz') return (span) => ({ ...span, object: source });
  return ({ byteStart, byteEnd, ...span }) => ({
    ...span,
    object: { bucket: workBucket, key: stagedChunkKey(jobId, span.chunk) },
    byteStart: 0,
    byteEnd: byteEnd - byteStart,
  });
}
