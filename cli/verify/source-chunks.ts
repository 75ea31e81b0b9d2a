import type { Job, ObjectVersion } from '../../contracts/generated/types.ts';

/** A chunk as a fresh split of the source finds it; of a staged object, the version is not told. */
export interface SourceChunk {
  chunk: number;
  object: Omit<ObjectVersion, 'versionId'> & { versionId?: string };
  byteStart: number;
  byteEnd: number;
  firstRow: number;
  rowCount: number;
  firstLine?: number;
}

/** What the source's beginning tells, once its first chunk or its end is found. */
export interface SourceHead {
  header?: { byteStart: number; byteEnd: number };
  firstRecord?: Job['firstRecord'];
  matrix?: Job['matrix'];
}

/** A source that is being counted anew. */
export interface SourceChunks {
  head: SourceHead;
  /** @throws InputRejected where the source breaks a rule of its format. */
  chunks: AsyncIterable<SourceChunk>;
}
