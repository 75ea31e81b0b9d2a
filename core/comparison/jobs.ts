import { isDeepStrictEqual } from 'node:util';
import type {
  Comparison,
  JobsComparison,
  JobsComparisonFigures,
  MovedInJob,
  ShiftedJob,
} from '../../contracts/generated/types.ts';
import { compareTexts } from './changes.ts';
import {
  boundedComparison,
  figuresOf,
  furthest,
  headlineFigures,
  mergeCompared,
  wholeComparison,
} from './merge.ts';

/**
 * What changed over many jobs, from the comparison that each of them carries. It has the same size whatever their number, and is as
 * its contract says after each job, so that it can be kept between any two.
 */

const SHIFTED = 10;

export const NO_JOBS: JobsComparison = { jobs: 0, rowsInCommon: 0, rowsOnlyBefore: 0, rowsOnlyAfter: 0 };

/**
 * With one job more. Jobs of one version have the same bins, since those are of the version that scored after; where they are of
 * several, the first job's bins stay, and others stand in all figures but the index.
 *
 * @param comparison the job's whole one.
 */
export function withJob(jobs: JobsComparison, jobId: string, comparison: Comparison): JobsComparison {
  const { histograms, ...others } = comparison;
  const hasOtherBins =
    histograms !== undefined &&
    jobs.histograms !== undefined &&
    !isDeepStrictEqual(histograms.edges, jobs.histograms.edges);
  const otherBins = (jobs.otherBins ?? 0) + Number(hasOtherBins);
  const moved = furthest(
    [...(jobs.moved ?? []), ...(comparison.moved ?? []).map((row) => ({ jobId, ...row }))],
    byJobThenRow,
  );
  const shifted = furthestShifted([...(jobs.shifted ?? []), { jobId, figures: figuresOf(comparison) }]);
  return {
    jobs: jobs.jobs + 1,
    ...(otherBins > 0 && { otherBins }),
    ...boundedComparison(mergeCompared(jobs, hasOtherBins ? others : comparison)),
    ...(moved.length > 0 && { moved }),
    ...(shifted.length > 0 && { shifted }),
  };
}

/** With what can be told once every job is merged: quantiles and the stability index. */
export const wholeJobsComparison = (jobs: JobsComparison): JobsComparison => wholeComparison(jobs);

/** The headline of a whole comparison of many jobs. */
export const jobsFiguresOf = (jobs: JobsComparison): JobsComparisonFigures => ({
  jobs: jobs.jobs,
  ...headlineFigures(jobs),
});

const byJobThenRow = (a: MovedInJob, b: MovedInJob): number => byJob(a, b) || a.row - b.row;

const byJob = (a: { jobId: string }, b: { jobId: string }): number => compareTexts(a.jobId, b.jobId);

function furthestShifted(jobs: readonly ShiftedJob[]): ShiftedJob[] {
  return jobs
    .filter((job) => shiftOf(job) > 0)
    .sort((a, b) => shiftOf(b) - shiftOf(a) || byJob(a, b))
    .slice(0, SHIFTED);
}

/** Times the rows, since what chance alone makes of an index is in inverse proportion to their number. */
const shiftOf = ({ figures: { psi, meanDifference = 0, rowsInCommon } }: ShiftedJob): number =>
  (psi ?? Math.abs(meanDifference)) * rowsInCommon;
