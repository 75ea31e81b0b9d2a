import type { Job, JobState, Reason, RescoreRun, RunSummary } from '../../contracts/generated/types.ts';
import type { Outcome, RunStatus } from './run.ts';

/** A job as the index of past jobs has it. */
export type PastJob = Pick<Job, 'jobId' | 'source' | 'sourceTime' | 'createdAt' | 'runId'> &
  Required<Pick<Job, 'model'>>;

/** A job of a run whose end is counted. */
export type RunJob = Pick<JobState, 'jobId' | 'status'>;

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
  /** Consistent; undefined where no job's comparison is merged yet. */
  readRunSummary(runId: string): Promise<RunSummary | undefined>;
  /** Those whose end is counted, in the order of their ids, behind one of them. Consistent. */
  jobsOfRun(runId: string, after?: string): AsyncIterable<RunJob>;
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
  /** `running → summarising`, while every source was looked at and every job has ended; false where not. From here no job is counted. */
  beginSummary(run: RescoreRun, at: string): Promise<boolean>;
  /**
   * Keeps what is merged behind a step.
   *
   * @param before the checkpoint from which the step went; false where another delivery did it.
   */
  advanceSummary(summary: RunSummary, before: string | undefined): Promise<boolean>;
  /** `summarising →` how its jobs say, and the whole summary, in one transaction; false where another delivery did, or it has ended. */
  completeRun(run: RescoreRun, summary: RunSummary, before: string | undefined, at: string): Promise<boolean>;
  /** `→ status`; false where the run has ended. */
  endRun(runId: string, status: RunStatus, reason: Reason | undefined, at: string): Promise<boolean>;
  /** The event of its end is sent. */
  markRunTold(runId: string): Promise<void>;

  /** Notes that somebody has seen to a run with unfinished business; the write shows on the stream. */
  touchRun(runId: string, at: string): Promise<void>;

  isPaused(schedule: string): Promise<boolean>;
  setPaused(schedule: string, paused: boolean, at: string): Promise<void>;
}
