import type {
  Change,
  ChangeMatrix,
  Comparison,
  Difference,
  ModelManifest,
  Moved,
  Unavailable,
} from '../../contracts/generated/types.ts';
import { type Compared, headlineFigures } from '../../core/comparison/merge.ts';
import type { JobView } from '../../core/job.ts';
import { printable } from './printable.ts';
import { approximately, count, counted } from './quantities.ts';
import { table } from './table.ts';

const LABEL_WIDTH = 12;
/** Names up to which a matrix is shown as one; more are listed. */
const NAMES_ACROSS = 8;
const CHANGES_LISTED = 20;
const NONE = '(none)';

type Figures = Compared & Pick<Comparison, 'psi'>;

/** The headline of a comparison in one line, whether of one job or of many. */
export function headlineWords(comparison: Figures): string {
  const { rowsInCommon, meanDifference, psi, tierChangedShare } = headlineFigures(comparison);
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
  [
    labelled([['before', jobWords(before)], ['after', jobWords(after)], ...figureLines(comparison)]),
    ...changeTables(comparison, tierOrder, width),
    ...(comparison.moved?.length ? [movedTable(comparison.moved)] : []),
  ].join('\n\n');

/** Label and text, but for what there is nothing to tell of. */
export const labelled = (lines: readonly (readonly [string, string])[]): string =>
  lines
    .filter(([, text]) => text !== '')
    .map(([label, text]) => label.padEnd(LABEL_WIDTH) + printable(text))
    .join('\n');

/** The figures, whether of one job or of many. */
export function figureLines({
  rowsInCommon,
  rowsOnlyBefore,
  rowsOnlyAfter,
  difference,
  psi,
  tiers,
  labels,
  unavailable = [],
}: Figures): [string, string][] {
  return [
    [
      'rows',
      `${count(rowsInCommon)} in common, ${count(rowsOnlyBefore)} only before, ${count(rowsOnlyAfter)} only after`,
    ],
    ['difference', difference ? differenceWords(difference) : ''],
    ['quantiles', difference ? quantileWords(difference) : ''],
    ['PSI', psi === undefined ? '' : approximately(psi)],
    ['tiers', tiers ? changedWords(tiers, rowsInCommon) : ''],
    ['labels', labels ? changedWords(labels, rowsInCommon) : ''],
    ['left out', unavailable.map(unavailableWords).join(', ')],
  ];
}

/** Of tiers and labels, where any changed. */
export const changeTables = (
  { tiers, labels }: Figures,
  tierOrder: readonly string[],
  width: number | undefined,
): string[] => [
  ...(tiers?.changed ? [changeTable('TIER', tiers, tierOrder, width)] : []),
  ...(labels?.changed ? [changeTable('LABEL', labels, [], width)] : []),
];

/** Names of a model's tiers, from the lowest. */
export const tierOrderOf = ({ output: { tiers = [] } }: ModelManifest): string[] =>
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

const movedTable = (moved: readonly Moved[]): string =>
  table(
    ['ROW', 'BEFORE', 'AFTER', 'DIFFERENCE'].map((title) => ({ title, align: 'right' as const })),
    moved.map(({ row, before, after }) => [
      count(row),
      approximately(before),
      approximately(after),
      signed(after - before),
    ]),
  );

export const signed = (value: number): string => (value > 0 ? '+' : '') + approximately(value);

export const percent = (share: number): string => `${approximately(Math.round(share * 1000) / 10)} %`;
