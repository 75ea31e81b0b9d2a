import type { Checkpoint, ChunkReference, Job, ObjectVersion } from '../../../contracts/generated/types.ts';
import { type ChunkSpan, ChunkSplitter } from '../../../core/csv/chunk-splitter.ts';
import { stagedChunkKey } from '../../../core/keys.ts';
import { inflate } from '../inflate.ts';
import type { Cut, Origin, OriginDependencies } from './origin.ts';

/** A job's text, and where a predictor finds a span of it again. */
interface Text {
  /** The text from a byte on. */
  bytes(from: number): AsyncIterable<Buffer>;
  /** Spans are asked for in order, each after the bytes that hold it have been read. */
  reference(span: ChunkSpan): Promise<ChunkReference>;
}

/**
 * CSV: records are found by reading all of the text, in pieces of which each is a cut, so that whoever splits can stop between
 * any two.
 */
export function textOrigin(job: Job, dependencies: OriginDependencies): Origin {
  const { dialect, settings } = job;
  if (!dialect) throw new Error('A job that was opened to be split as text has a dialect.');
  const { delimiter } = dialect;
  const text = job.format === 'csv.gz' ? inflatedText(job, dependencies) : plainText(job, dependencies);
  return {
    async *cuts(from) {
      const splitter = new ChunkSplitter({ ...settings, delimiter, from });
      for await (const bytes of text.bytes(from.byte)) {
        yield* cutsOf(splitter.push(bytes), splitter.checkpoint, text);
        yield { checkpoint: splitter.checkpoint, isLast: false };
      }
      yield* cutsOf(splitter.end().spans, splitter.checkpoint, text);
      yield { checkpoint: splitter.checkpoint, isLast: true };
    },
  };
}

/** @param end the border behind the last of the spans. */
async function* cutsOf(spans: readonly ChunkSpan[], end: Checkpoint, text: Text): AsyncGenerator<Cut> {
  for (const [i, span] of spans.entries()) {
    const next = spans[i + 1];
    yield {
      reference: await text.reference(span),
      checkpoint: next ? borderBefore(next) : end,
      isLast: false,
    };
  }
}

const borderBefore = ({ byteStart, firstRow, firstLine, chunk }: ChunkSpan): Checkpoint => ({
  byte: byteStart,
  row: firstRow,
  line: firstLine,
  chunk,
});

/** The source itself is addressed: no byte of it is copied. */
function plainText({ source, sourceBytes }: Job, { read }: OriginDependencies): Text {
  return {
    bytes: (from) => (from < sourceBytes ? whole(read(source, from), sourceBytes - from) : nothing()),
    reference: async (span) => spanReference(source, span, span.byteStart),
  };
}

/**
 * A range of compressed text cannot be read from its middle, so each chunk's text is staged as an object of its own, under
 * a key that follows from job and chunk. Inflating starts over at every slice; what is before the checkpoint is skipped.
 */
function inflatedText(job: Job, { read, stage, settings }: OriginDependencies): Text {
  const compressed = () => (job.sourceBytes > 0 ? whole(read(job.source, 0), job.sourceBytes) : nothing());
  let kept: Buffer[] = [];
  let keptFrom = 0;
  return {
    async *bytes(from) {
      keptFrom = from;
      let at = 0;
      for await (const bytes of inflate(compressed(), job.sourceBytes, settings.maxInflatedBytes)) {
        const fresh = at + bytes.length > from ? bytes.subarray(Math.max(0, from - at)) : undefined;
        at += bytes.length;
        if (!fresh) continue;
        kept.push(fresh);
        yield fresh;
      }
    },
    async reference(span) {
      const text = Buffer.concat(kept);
      const body = text.subarray(span.byteStart - keptFrom, span.byteEnd - keptFrom);
      kept = [text.subarray(span.byteEnd - keptFrom)];
      keptFrom = span.byteEnd;
      return spanReference(await stage(stagedChunkKey(job.jobId, span.chunk), body), span, 0);
    },
  };
}

function spanReference(object: ObjectVersion, span: ChunkSpan, byteStart: number): ChunkReference {
  const { firstRow, firstLine, rowCount } = span;
  return {
    object,
    byteStart,
    byteEnd: byteStart + span.byteEnd - span.byteStart,
    firstRow,
    firstLine,
    rowCount,
  };
}

/** A download that ends early, and says nothing of it, would pass for a shorter file: rows would be lost in silence. */
async function* whole(download: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let received = 0;
  for await (const piece of download) {
    received += piece.length;
    yield piece;
  }
  if (received !== bytes) throw new Error(`The source ended after ${received} of ${bytes} bytes.`);
}

async function* nothing(): AsyncGenerator<Buffer> {}
