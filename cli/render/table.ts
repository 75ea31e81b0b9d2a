import { printable } from './printable.ts';

export interface Column {
  title: string;
  /** Numbers line up at their last digit. */
  align?: 'right';
  /** The column that gives way where the terminal is narrow. */
  shrinks?: boolean;
}

const GAP = '  ';
const LEAST_WIDTH = 8;

/** Aligned columns, no frame: what `cut`, `sort` and eyes can read. Cells are made single-line and harmless. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width?: number,
): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(printable))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => length(row[i] ?? ''))));
  const total = widths.reduce((sum, one) => sum + one, 0) + GAP.length * (columns.length - 1);
  const shrinking = columns.findIndex(({ shrinks }) => shrinks);
  if (width !== undefined && total > width && shrinking >= 0)
    widths[shrinking] = Math.max(LEAST_WIDTH, (widths[shrinking] ?? 0) - (total - width));
  return cells
    .map((row) =>
      row
        .map((cell, i) => fitted(cell, widths[i] ?? 0, columns[i]?.align))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** Cuts in the middle of a text that is too long, since a file's name and ending both matter. */
export function shortened(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  if (width <= 1) return '…'.slice(0, width);
  const head = Math.ceil((width - 1) / 2);
  return [
    ...characters.slice(0, head),
    '…',
    ...characters.slice(characters.length - (width - 1 - head)),
  ].join('');
}

function fitted(cell: string, width: number, align?: 'right'): string {
  const text = shortened(cell, width);
  const padding = ' '.repeat(width - length(text));
  return align === 'right' ? padding + text : text + padding;
}

const length = (text: string) => [...text].length;
