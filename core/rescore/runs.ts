import type { Job, JobState, Reason, RescoreRun } from '../../contracts/generated/types.ts';
import type { Outcome, RunStatus } from './run.ts';

/** A job as the index of past jobs has it. */
export type PastJob = Pick<Job, 'jobId' | 'source' | 'sourceTime' | 'createdAt' | 'runId'> &
  Required<Pick<Job, 'model'>>;

/** What one step of a run's listing came to. */
export interface ListedStep {
  checkpoint: string;
  counts: Partial<Record<Outcome, number>>;
  goneSources: RescoreRun['goneSources'];
}

/**
 * The ledger of all runs, beside that of the jobs and built like it: each operation is one conditional write or one read, and a write
 * that finds its work done answers so.
 */
export interface Runs {
  /** Consistent read. */
  readRun(runId: string): Promise<RescoreRun | undefined>;
  /** Newest first. */
  recentRuns(now: string): AsyncIterable<RescoreRun>;
  /** Runs that have not ended, or whose event is still to be sent. */
  openRuns(): AsyncIterable<RescoreRun>;
  /** Jobs that pinned a version of the model, key by key, from a place on. The index follows the jobs with a short delay. */
  pastJobs(model: string, from: string, to: string): AsyncIterable<PastJob>;

  /** Records a run; the first writer wins. */
  openRun(run: RescoreRun): Promise<'opened' | 'exists'>;
  /**
   * Asks for the turn with a model, which one run at a time has, for good or until another takes it over from it.
   *
   * @param before the run to take it over from.
   * @returns the run whose turn it is.
   */
  takeTurn(model: string, runId: string, before?: string): Promise<string>;
  /** `waiting → running`, with what is pinned; false where it is not waiting. */
  startRun(runId: string, pinned: Pick<RescoreRun, 'version' | 'since'>, at: string): Promise<boolean>;
  /** Moves the checkpoint and counts a step, both or none; false where another delivery did, or the run has ended. */
  advanceRun(run: RescoreRun, step: ListedStep, at: string): Promise<boolean>;
  /** Every source was looked at; false where that is known, or the run has ended, or is elsewhere. */
  endListing(run: RescoreRun, at: string): Promise<boolean>;
  /** Counts the end of a job's attempt once, in the place of an earlier attempt's; false where it is counted, or the run has ended. */
  countJob(
    runId: string,
    state: Pick<JobState, 'jobId' | 'attempt' | 'status'>,
    at: string,
  ): Promise<boolean>;
  /** `→ status`, from waiting or running; false where the run has ended. */
  endRun(runId: string, status: RunStatus, reason: Reason | undefined, at: string): Promise<boolean>;
  /** `running →` how its jobs say, while that is still so; false where it is not. */
  completeRun(run: RescoreRun, at: string): Promise<boolean>;
  /** The event of its end is sent. */
  markRunTold(runId: string): Promise<void>;

  /** Notes that somebody has seen to a run with unfinished business; the write shows on the stream. */
  touchRun(runId: string, at: string): Promise<void>;

  isPaused(schedule: string): Promise<boolean>;
  setPaused(schedule: string, paused: boolean, at: string): Promise<void>;
}
