import type { Change, ChangeMatrix } from '../../contracts/generated/types.ts';
import { withinBytes } from '../within-bytes.ts';

const CELLS = 500;
/** Kept on the way to a whole, so that a model of very many labels takes no more time and memory. Up to here merging is exact. */
const CELLS_MERGED = 2000;
/** Of the names of a matrix: the item of a chunk must stay small, whatever the number of labels. */
const CELLS_BYTES = 40_000;

type Names = Pick<Change, 'before' | 'after'>;

export function changesOf(rows: Iterable<Names>): ChangeMatrix {
  const cells = new Map<string, Change>();
  for (const names of rows) addTo(cells, { ...names, rows: 1 });
  return matrix(cells, changedIn(cells.values()));
}

/** Of two disjoint sets of rows. Bounded more loosely than what is shown: see `boundedChanges`. */
export function mergeChanges(a: ChangeMatrix, b: ChangeMatrix): ChangeMatrix {
  const cells = new Map<string, Change>();
  for (const cell of [...a.cells, ...b.cells]) addTo(cells, cell);
  return matrix(cells, a.changed + b.changed);
}

/** The most frequent cells alone; how many rows changed is told of all. */
export function boundedChanges({ changed, cells }: ChangeMatrix): ChangeMatrix {
  const names = cells.slice(0, CELLS).map(({ before = '', after = '' }) => before + after);
  return { changed, cells: cells.slice(0, withinBytes(names, CELLS_BYTES)) };
}

function addTo(cells: Map<string, Change>, { before, after, rows }: Change): void {
  const key = JSON.stringify([before, after]);
  const known = cells.get(key);
  if (known) known.rows += rows;
  else
    cells.set(key, {
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      rows,
    });
}

const matrix = (cells: Map<string, Change>, changed: number): ChangeMatrix => ({
  changed,
  cells: [...cells.values()].sort(byRowsThenNames).slice(0, CELLS_MERGED),
});

function changedIn(cells: Iterable<Change>): number {
  let changed = 0;
  for (const { before, after, rows } of cells) if (before !== after) changed += rows;
  return changed;
}

function byRowsThenNames(a: Change, b: Change): number {
  return b.rows - a.rows || compareTexts(a.before, b.before) || compareTexts(a.after, b.after);
}

export const compareTexts = (a = '', b = ''): number => (a < b ? -1 : Number(a > b));
