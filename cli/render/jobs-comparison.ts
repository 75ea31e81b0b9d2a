import type { JobsComparison, MovedInJob, ShiftedJob } from '../../contracts/generated/types.ts';
import { changeTables, figureLines, labelled, signed } from './comparison.ts';
import { approximately, count, counted } from './quantities.ts';
import { table } from './table.ts';

/** What changed over many jobs, for people, behind lines that say which. */
export const jobsComparisonDetails = (
  heading: readonly (readonly [string, string])[],
  comparison: JobsComparison,
  tierOrder: readonly string[],
  width?: number,
): string =>
  [
    labelled([...heading, ['compared', jobsWords(comparison)], ...figureLines(comparison)]),
    ...changeTables(comparison, tierOrder, width),
    ...(comparison.moved?.length ? [movedTable(comparison.moved)] : []),
    ...(comparison.shifted?.length ? [shiftedTable(comparison.shifted)] : []),
  ].join('\n\n');

const jobsWords = ({ jobs, otherBins = 0 }: JobsComparison): string =>
  counted(jobs, 'job') +
  (otherBins > 0 ? `, ${count(otherBins)} of them with other bins: not in the PSI` : '');

const movedTable = (moved: readonly MovedInJob[]): string =>
  table(
    [{ title: 'JOB' }, ...numbers('ROW', 'BEFORE', 'AFTER', 'DIFFERENCE')],
    moved.map(({ jobId, row, before, after }) => [
      jobId,
      count(row),
      approximately(before),
      approximately(after),
      signed(after - before),
    ]),
  );

const shiftedTable = (shifted: readonly ShiftedJob[]): string =>
  table(
    [{ title: 'SHIFTED MOST' }, { title: 'RENEWS' }, ...numbers('ROWS', 'MEAN', 'PSI')],
    shifted.map(({ jobId, figures: { jobId: renews, rowsInCommon, meanDifference, psi } }) => [
      jobId,
      renews,
      count(rowsInCommon),
      meanDifference === undefined ? '' : signed(meanDifference),
      psi === undefined ? '' : approximately(psi),
    ]),
  );

const numbers = (...titles: string[]) => titles.map((title) => ({ title, align: 'right' as const }));
