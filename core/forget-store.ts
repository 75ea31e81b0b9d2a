import type { LocatedRowError, ObjectVersion, Score } from '../contracts/generated/types.ts';

/** A row that held the record, and the source that it is of. */
export interface Place {
  source: ObjectVersion;
  jobId: string;
  row: number;
  /** Absent where the source has no lines. */
  line?: number;
}

/** What forgetting a record writes. */
export interface ForgetStore {
  /** What an earlier run found: it may have been broken off, and the rows that it did erase cannot be found again. */
  knownPlaces(model: string, recordId: string): Promise<Place[]>;
  /** From here on no predictor keeps anything of the record. */
  mark(model: string, recordId: string, at: string): Promise<void>;
  notePlaces(model: string, recordId: string, places: readonly Place[]): Promise<void>;
  /** Writes an item over that of the same row; false where that is not of the record. */
  replaceItem(item: Score, recordId: string): Promise<boolean>;
  /** The errors that a chunk, or where none is named the summary of the job, gives as examples. */
  replaceFirstErrors(
    jobId: string,
    chunk: number | undefined,
    firstErrors: readonly LocatedRowError[],
  ): Promise<void>;
  /** An object of the results bucket. */
  readResult(key: string): Promise<{ body: Buffer; etag: string } | undefined>;
  /** False where somebody wrote it since it was read. */
  replaceResult(key: string, body: Buffer | string, etag: string): Promise<boolean>;
  /** Removes what lies below the newest versions of a model's result files. @returns how many versions. */
  removeOlderVersions(model: string): Promise<number>;
}
