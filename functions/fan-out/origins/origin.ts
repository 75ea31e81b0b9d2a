import type { Checkpoint, ChunkReference, ObjectVersion } from '../../../contracts/generated/types.ts';

export interface OriginDependencies {
  settings: { maxInflatedBytes: number };
  /** Streams an object version from a byte to its end, or up to `to` (exclusive). */
  read(object: ObjectVersion, from: number, to?: number): AsyncIterable<Buffer>;
  /** Writes a staged object into the work bucket. */
  stage(key: string, body: Buffer): Promise<ObjectVersion>;
}

/** The next chunk of a source, or none yet, and the border behind all that were found. */
export interface Cut {
  reference?: ChunkReference;
  checkpoint: Checkpoint;
  isLast: boolean;
}

/** Where the rows of a job come from. The same job always has the same chunks. */
export interface Origin {
  /**
   * Goes on from a border; the last cut's checkpoint holds the totals.
   *
   * @throws InputRejected where the source breaks a rule.
   */
  cuts(from: Checkpoint): AsyncIterable<Cut>;
  /** How many there are, where that is known before the last is found. */
  rows?: number;
  /** What only this could tell of the source and the user should know. */
  notes?: string[];
}
