import type { JobView } from '../../core/job.ts';
import type { Account } from './ended-jobs.ts';
import type { Dropped } from './heavy-stack.ts';
import type { FunctionMemory } from './worker-memory.ts';

/** What came of all jobs, and how long it took. */
export function overview(dropped: readonly Dropped[], views: readonly JobView[], account: Account): string {
  const { byStatus, jobs, rows, scored, failed, findings } = account;
  const seconds = (Math.max(...views.map(endOf)) - Math.min(...dropped.map(({ at }) => at))) / 1000;
  const statuses = Object.entries(byStatus).map(([status, count]) => `${count} ${status}`);
  return table(
    ['', ''],
    [
      ['sources dropped', dropped.length],
      ['jobs in the ledger', `${jobs}: ${statuses.join(', ')}`],
      ['rows: dropped, in jobs, scored, refused', [rowsOf(dropped), rows, scored, failed].join(', ')],
      ['findings of `job verify`, over all jobs', findings.length],
      ['seconds, from the first drop to the last end', seconds.toFixed(0)],
      ['rows a second', (rows / seconds).toFixed(0)],
      ['jobs a second', (jobs / seconds).toFixed(1)],
      ...(['large', 'small'] as const).flatMap((size) => {
        const took = secondsToEnd(dropped, views, size);
        const quantiles = [0.5, 0.99, 1].map((share) => quantile(took, share).toFixed(1)).join(', ');
        return took.length > 0
          ? [[`seconds from drop to end, ${size} sources: p50, p99, longest`, quantiles]]
          : [];
      }),
    ],
  );
}

const secondsToEnd = (
  dropped: readonly Dropped[],
  views: readonly JobView[],
  wanted: Dropped['size'],
): number[] =>
  dropped.flatMap(({ size, at }, index) => (size === wanted ? [(endOf(views[index]) - at) / 1000] : []));

const endOf = (view?: JobView): number => Date.parse(view?.state.endedAt ?? '');

/** Resident memory: the largest worker of each function, by the quarters of the run. */
export const memoryTable = (functions: readonly FunctionMemory[]): string =>
  table(
    ['MB of the largest worker', 'workers', 'first quarter', 'second', 'third', 'last'],
    functions.map(({ name, workers, peaks }) => [
      name,
      workers,
      ...peaks.map((peak) => (peak === undefined ? '' : peak.toFixed(0))),
    ]),
  );

/** What must not be, a line each. */
export function faultsOf({ jobs, scored, findings }: Account, dropped: readonly Dropped[]): string[] {
  return [
    ...(jobs === dropped.length ? [] : [`${jobs} jobs of ${dropped.length} sources`]),
    ...(scored === rowsOf(dropped) ? [] : [`${scored} rows scored of ${rowsOf(dropped)}`]),
    ...findings,
  ];
}

const rowsOf = (dropped: readonly Dropped[]): number => dropped.reduce((total, { rows }) => total + rows, 0);

/** Markdown. */
export function table(header: readonly string[], rows: readonly (string | number)[][]): string {
  const rule = header.map((_, index) => (index === 0 ? '---' : '---:'));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The value that so great a share of the values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
