import type { ChunkReference, Job, ObjectVersion } from '../../contracts/generated/types.ts';
import type { ChunkSpan } from '../../core/csv/chunk-splitter.ts';
import { stagedChunkKey } from '../../core/keys.ts';
import { inflate } from './inflate.ts';

export interface OriginDependencies {
  settings: { maxInflatedBytes: number };
  /** Streams an object version from a byte to its end. */
  read(object: ObjectVersion, from: number): AsyncIterable<Buffer>;
  /** Writes a staged object into the work bucket. */
  stage(key: string, body: Buffer): Promise<ObjectVersion>;
}

/** Where a job's text comes from, and where a predictor finds a span of it again. */
export interface Origin {
  /** The text from a byte on. */
  bytes(from: number): AsyncIterable<Buffer>;
  /** Spans are asked for in order, each after the bytes that hold it have been read. */
  reference(span: ChunkSpan): Promise<ChunkReference>;
}

export function originOf(job: Job, dependencies: OriginDependencies): Origin {
  return job.format === 'csv.gz' ? inflatedOrigin(job, dependencies) : plainOrigin(job, dependencies);
}

/** The source itself is addressed: no byte of it is copied. */
function plainOrigin({ source, sourceBytes }: Job, { read }: OriginDependencies): Origin {
  return {
    bytes: (from) => (from < sourceBytes ? read(source, from) : nothing()),
    reference: async (span) => spanReference(source, span, span.byteStart),
  };
}

/**
 * A range of compressed text cannot be read from its middle, so each chunk's text is staged as an object of its own, under
 * a key that follows from job and chunk. Inflating starts over at every slice; what is before the checkpoint is skipped.
 */
function inflatedOrigin(job: Job, { read, stage, settings }: OriginDependencies): Origin {
  let kept: Buffer[] = [];
  let keptFrom = 0;
  return {
    async *bytes(from) {
      keptFrom = from;
      let at = 0;
      for await (const bytes of inflate(read(job.source, 0), job.sourceBytes, settings.maxInflatedBytes)) {
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

async function* nothing(): AsyncGenerator<Buffer> {}
