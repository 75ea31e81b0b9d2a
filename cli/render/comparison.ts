import type {
  Change,
  ChangeMatrix,
  Comparison,
  Difference,
  JobsComparison,
  Moved,
  MovedInJob,
  Output,
  Unavailable,
} from '../../contracts/generated/types.ts';
import { figuresOf } from '../../core/comparison/merge.ts';
import type { JobView } from '../../core/job.ts';
import { printable } from './printable.ts';
import { approximately, count, counted } from './quantities.ts';
import { table } from './table.ts';

const LABEL_WIDTH = 12;
/** Names up to which a matrix is shown as one; more are listed. */
const NAMES_ACROSS = 8;
const CHANGES_LISTED = 20;
const NONE = '(none)';

/** The headline of a comparison in one line. */
export function headlineWords(comparison: Comparison): string {
  const { rowsInCommon, meanDifference, psi, tierChangedShare } = figuresOf(comparison);
  return [
    `${counted(rowsInCommon, 'row')} in common`,
    ...(meanDifference === undefined ? [] : [`mean ${signed(meanDifference)}`]),
    ...(psi === undefined ? [] : [`PSI ${approximately(psi)}`]),
    ...(tierChangedShare === undefined ? [] : [`${percent(tierChangedShare)} in another tier`]),
    ...(comparison.unavailable ?? []).map(unavailableWords),
  ].join(', ');
}

/** What changed between two jobs, for people. */
export const comparisonDetails = (
  before: JobView,
  after: JobView,
  comparison: Comparison,
  tierOrder: readonly string[],
  width?: number,
): string =>
  changeDetails(
    [
      ['before', jobWords(before)],
      ['after', jobWords(after)],
    ],
    comparison,
    tierOrder,
    width,
  );

/** What changed, whether between two jobs or between many, behind lines that say between what. */
export function changeDetails(
  heading: readonly [string, string][],
  comparison: Comparison | JobsComparison,
  tierOrder: readonly string[],
  width?: number,
): string {
  const {
    rowsInCommon,
    rowsOnlyBefore,
    rowsOnlyAfter,
    difference,
    psi,
    tiers,
    labels,
    moved = [],
  } = comparison;
  const lines = [
    ...heading,
    [
      'rows',
      `${count(rowsInCommon)} in common, ${count(rowsOnlyBefore)} only before, ${count(rowsOnlyAfter)} only after`,
    ],
    ['difference', difference ? differenceWords(difference) : ''],
    ['quantiles', difference ? quantileWords(difference) : ''],
    ['PSI', psi === undefined ? '' : approximately(psi)],
    ['tiers', tiers ? changedWords(tiers, rowsInCommon) : ''],
    ['labels', labels ? changedWords(labels, rowsInCommon) : ''],
    ['left out', (comparison.unavailable ?? []).map(unavailableWords).join(', ')],
  ].filter(([, text]) => text !== '');
  const blocks = [
    lines.map(([label = '', text = '']) => label.padEnd(LABEL_WIDTH) + printable(text)).join('\n'),
    ...(tiers?.changed ? [changeTable('TIER', tiers, tierOrder, width)] : []),
    ...(labels?.changed ? [changeTable('LABEL', labels, [], width)] : []),
    ...(moved.length > 0 ? [movedTable(moved)] : []),
  ];
  return blocks.join('\n\n');
}

/** From the lowest. */
export const tiersOf = ({ tiers = [] }: Output): string[] =>
  [...tiers].sort((a, b) => a.from - b.from).map(({ name }) => name);

const jobWords = ({ job }: JobView): string =>
  job.jobId + (job.model ? `, ${job.model.name} version ${job.model.version}` : '');

function differenceWords({ mean, min, max }: Difference): string {
  if (mean === undefined || min === undefined || max === undefined) return '';
  return `mean ${signed(mean)}, from ${signed(min)} to ${signed(max)}`;
}

const quantileWords = ({ quantiles = {} as never }: Difference): string =>
  Object.entries(quantiles)
    .map(([name, value]) => `${name.slice(1)} %: ${signed(value as number)}`)
    .join(', ');

const changedWords = ({ changed }: ChangeMatrix, rows: number): string =>
  `${count(changed)} changed${rows > 0 ? ` (${percent(changed / rows)})` : ''}`;

const unavailableWords = ({ code, rows }: Unavailable): string =>
  `${counted(rows, 'row')} not compared [${code}]`;

/** Before down, after across, names in the order given; a list where there are too many of them. */
function changeTable(
  what: string,
  { cells }: ChangeMatrix,
  order: readonly string[],
  width: number | undefined,
): string {
  const place = (name = '') => order.indexOf(name);
  const names = (side: 'before' | 'after') =>
    [...new Set(cells.map((cell) => cell[side]))].sort(
      (a, b) => place(a) - place(b) || (a ?? '').localeCompare(b ?? ''),
    );
  const [down, across] = [names('before'), names('after')];
  if (down.length > NAMES_ACROSS || across.length > NAMES_ACROSS) return changeList(what, cells, width);
  const rowsOf = (before: string | undefined, after: string | undefined) =>
    cells.find((cell) => cell.before === before && cell.after === after)?.rows ?? 0;
  return table(
    [
      { title: `${what} BEFORE \\ AFTER` },
      ...across.map((name) => ({ title: printable(name ?? NONE), align: 'right' as const })),
    ],
    down.map((before) => [before ?? NONE, ...across.map((after) => count(rowsOf(before, after)))]),
    width,
  );
}

function changeList(what: string, cells: readonly Change[], width: number | undefined): string {
  const changed = cells.filter(({ before, after }) => before !== after);
  return table(
    [{ title: `${what} BEFORE`, shrinks: true }, { title: 'AFTER' }, { title: 'ROWS', align: 'right' }],
    changed
      .slice(0, CHANGES_LISTED)
      .map(({ before = NONE, after = NONE, rows }) => [before, after, count(rows)]),
    width,
  );
}

/** With the job, where the rows are of several. */
function movedTable(moved: readonly (Moved | MovedInJob)[]): string {
  const ofJobs = moved.some((row) => 'jobId' in row);
  return table(
    [
      ...(ofJobs ? [{ title: 'JOB' }] : []),
      ...['ROW', 'BEFORE', 'AFTER', 'DIFFERENCE'].map((title) => ({ title, align: 'right' as const })),
    ],
    moved.map((moved) => [
      ...('jobId' in moved ? [moved.jobId] : []),
      count(moved.row),
      approximately(moved.before),
      approximately(moved.after),
      signed(moved.after - moved.before),
    ]),
  );
}

export const signed = (value: number): string => (value > 0 ? '+' : '') + approximately(value);

export const percent = (share: number): string => `${approximately(Math.round(share * 1000) / 10)} %`;
