import type {
  Checkpoint,
  Chunk,
  Hold,
  Job,
  JobState,
  JobSummary,
  Reason,
} from '../contracts/generated/types.ts';
import type { JobView } from './job.ts';
import type { VersionPair } from './keys.ts';

/**
 * The ledger of all jobs, as the stages see it. Each operation is one conditional write or one read; a write that finds
 * its work already done, or the job already ended, answers so instead of failing. Stages pick the operations they need.
 */
export interface Ledger {
  /** Consistent read. */
  readJob(jobId: string): Promise<JobView | undefined>;
  /** Of many jobs those there are, in any order. Consistent. */
  readJobs(jobIds: readonly string[]): Promise<JobView[]>;
  readSummary(jobId: string): Promise<JobSummary | undefined>;
  readChunk(jobId: string, chunk: number): Promise<Chunk | undefined>;
  /** In chunk order, page by page, consistent. */
  chunksOf(jobId: string): AsyncIterable<Chunk>;
  /** Ids of the jobs with unfinished business, oldest first within a shard. */
  openJobs(): AsyncIterable<string>;
  /** Newest first; only those behind a place in that order, where one is given. */
  recentJobs(now: string, after?: JobPlace): AsyncIterable<JobView>;
  /** The shadows of one version in which another was tried, since a time, newest first. The index follows the jobs with a short delay. */
  shadowJobs(versions: VersionPair, since: string): AsyncIterable<JobView>;

  /** Writes info and state together; the first writer wins. */
  openJob(job: Job, state: JobState): Promise<'opened' | 'exists'>;
  /** Answers the chunk as it stands: the given one, or the one that an earlier delivery wrote. */
  putChunk(chunk: Chunk): Promise<Chunk>;
  /** Moves the checkpoint forward, never back; false where the job has ended or is further ahead. */
  advance(jobId: string, checkpoint: Checkpoint, at: string): Promise<boolean>;
  /** Sets the totals once; false where they are set or the job has ended. */
  finishSplit(jobId: string, totals: SplitTotals, at: string): Promise<boolean>;
  /** Stops the split at a border until somebody approves; false where it is held, approved or over already, or the job has ended. */
  holdSplit(jobId: string, hold: Hold, checkpoint: Checkpoint): Promise<boolean>;
  /** The event of the hold is sent. */
  markHoldTold(jobId: string): Promise<void>;
  /** Lets a held job go beyond its limit, for good; false where it is not held, or that attempt has ended. */
  approveJob(jobId: string, attempt: number, at: string): Promise<boolean>;
  /** `open → failed` for a chunk and its counters, in one transaction; false where the chunk or the job has ended, or another attempt runs. */
  writeOffChunk(chunk: ChunkKey, reason: Reason, at: string): Promise<boolean>;
  /** `running → failed`; false where the job has ended. */
  failJob(jobId: string, reason: Reason, at: string): Promise<boolean>;
  /** `running → cancelled`; false where that attempt of the job has ended. */
  cancelJob(jobId: string, attempt: number, reason: Reason, at: string): Promise<boolean>;
  /** An ended job's next attempt: `→ running`, and `reopening`; false where that attempt has begun, or the one before has not ended. */
  reopenJob(jobId: string, attempt: number, at: string): Promise<boolean>;
  /** `failed → open` for a chunk of an earlier attempt, and its counters back, in one transaction; false where it is none, or the reopening is over. */
  reopenChunk(jobId: string, chunk: number, attempt: number, at: string): Promise<boolean>;
  /** Every failed chunk is open again: from here the attempt can end. */
  endReopening(jobId: string, attempt: number, at: string): Promise<boolean>;
  /**
   * `running → the summary's status`, and the summary, in one transaction, once every chunk is accounted for; false where the job has ended, or
   * another attempt than the summary's runs.
   */
  endJob(summary: JobSummary, at: string): Promise<boolean>;
  /** The terminal event is sent: the job has no unfinished business. */
  markAnnounced(jobId: string, attempt: number): Promise<void>;
  /** Notes that the watchdog has seen to a job with unfinished business; the write shows on the stream. */
  touch(jobId: string, at: string): Promise<void>;
}

/** Where a job stands among all, newest first. */
export type JobPlace = Pick<Job, 'jobId' | 'createdAt'>;

/** A chunk as a message names it. */
export type ChunkKey = Pick<Chunk, 'jobId' | 'chunk' | 'attempt'>;

export interface SplitTotals {
  rowsTotal: number;
  chunksTotal: number;
  checkpoint: Checkpoint;
  /** What only the split could tell. */
  notes?: string[];
}
