import type { RescoreRun, RunSummary } from '../../contracts/generated/types.ts';
import { NO_JOBS, wholeJobsComparison, withJob } from '../../core/comparison/jobs.ts';
import { inBatches } from '../../core/in-batches.ts';
import { isCompleted } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import { allJobsEnded } from '../../core/rescore/run.ts';
import type { RunJob, Runs } from '../../core/rescore/runs.ts';
import { RESERVE_MS } from './reserve.ts';

export interface SumUpDependencies {
  runs: Pick<
    Runs,
    'readRun' | 'readRunSummary' | 'jobsOfRun' | 'beginSummary' | 'advanceSummary' | 'completeRun'
  >;
  ledger: Pick<Ledger, 'readSummary'>;
  now(): string;
  /** Milliseconds until the invocation ends. */
  timeLeft(): number;
}

/** Jobs between two checkpoints. The summary of one takes at most the 400 KB of an item. */
const STEP = 25;

/**
 * Where all jobs of a run have ended, merges their comparisons from the checkpoint on, and ends the run. Each step is kept together with
 * its checkpoint, so that a job counts once; where another delivery is ahead, it goes on from there, since that one may have died.
 */
export async function sumUp(
  runId: string,
  dependencies: SumUpDependencies,
): Promise<'nothing_left' | 'out_of_time'> {
  const { runs, now, timeLeft } = dependencies;
  const listed = await runs.readRun(runId);
  if (listed && allJobsEnded(listed)) await runs.beginSummary(listed, now());
  for (;;) {
    const run = await runs.readRun(runId);
    if (run?.status !== 'summarising' || (await toTheEnd(run, dependencies))) return 'nothing_left';
    if (timeLeft() < RESERVE_MS) return 'out_of_time';
  }
}

/** @returns whether the run was ended by it. */
async function toTheEnd(run: RescoreRun, { runs, ledger, now, timeLeft }: SumUpDependencies) {
  const { runId } = run;
  let summary = (await runs.readRunSummary(runId)) ?? { runId, uncompared: 0, comparison: NO_JOBS };
  for await (const jobs of inBatches(runs.jobsOfRun(runId, summary.checkpoint), STEP)) {
    const next = await withJobs(summary, jobs, ledger);
    if (!(await runs.advanceSummary(next, summary.checkpoint))) return false;
    summary = next;
    if (timeLeft() < RESERVE_MS) return false;
  }
  const { checkpoint, ...merged } = summary;
  const whole = { ...merged, comparison: wholeJobsComparison(summary.comparison) };
  return runs.completeRun(run, whole, checkpoint, now());
}

/** The checkpoint is the last of the jobs, also where that has no scores. */
async function withJobs(
  { runId, uncompared, comparison }: RunSummary,
  jobs: readonly RunJob[],
  ledger: SumUpDependencies['ledger'],
): Promise<RunSummary> {
  const scored = jobs.filter(({ status }) => isCompleted(status));
  const summaries = await Promise.all(scored.map(({ jobId }) => ledger.readSummary(jobId)));
  const compared = summaries.flatMap((job) =>
    job?.comparison ? [[job.jobId, job.comparison] as const] : [],
  );
  return {
    runId,
    checkpoint: jobs.at(-1)?.jobId ?? '',
    uncompared: uncompared + scored.length - compared.length,
    comparison: compared.reduce((merged, one) => withJob(merged, ...one), comparison),
  };
}
