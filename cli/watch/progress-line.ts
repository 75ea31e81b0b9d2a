import { styleText } from 'node:util';
import type { Progress } from '../../core/progress.ts';
import { count, duration, rate } from '../render/quantities.ts';
import { shortened } from '../render/table.ts';

const BAR_CELLS = 20;

interface Look {
  /** Columns that the line may take. */
  width: number;
  colour: boolean;
}

/**
 * One line: `[####····]  12,000 of 50,000 rows  2 of 3 chunks  8,200 rows/s  5 s left`, its last parts left out
 * where it is narrow.
 */
export function progressLine(progress: Progress, rowsPerSecond: number | undefined, look: Look): string {
  const parts = progressParts(progress, rowsPerSecond);
  const bar = progressBar(progress);
  const withBar = bar ? [bar, ...parts] : parts;
  const fitting = [withBar, ...parts.map((_, i) => parts.slice(0, parts.length - i))]
    .map((some) => some.join('  '))
    .find((line) => line.length <= look.width);
  const line = fitting ?? shortened(parts[0] ?? '', look.width);
  if (!look.colour || !bar || !line.startsWith(bar)) return line;
  // Whether there is colour is decided already, and for stderr; left to itself it would look at stdout.
  return styleText('green', bar, { validateStream: false }) + line.slice(bar.length);
}

/** What the line says, the most important first: rows, errors, chunks, speed, time left. */
export function progressParts(progress: Progress, rowsPerSecond: number | undefined): string[] {
  const { rowsDone, rowsKnown, rowsFailed, chunksDone, chunksKnown, splitDone } = progress;
  if (!splitDone && rowsKnown === 0) return ['splitting the file'];
  const soFar = splitDone ? '' : '+';
  return [
    `${count(rowsDone)} of ${count(rowsKnown)}${soFar} rows`,
    ...(rowsFailed > 0 ? [`${count(rowsFailed)} with errors`] : []),
    `${count(chunksDone)} of ${count(chunksKnown)}${soFar} ${chunksKnown === 1 ? 'chunk' : 'chunks'}`,
    ...(rowsPerSecond === undefined ? [] : [rate(rowsPerSecond)]),
    ...timeLeft(progress, rowsPerSecond),
  ];
}

export const WAITING = 'waiting for the job to be opened';

function timeLeft({ rowsDone, rowsKnown, splitDone }: Progress, rowsPerSecond: number | undefined): string[] {
  if (!splitDone || !rowsPerSecond || rowsDone >= rowsKnown) return [];
  return [`${duration(Math.ceil((rowsKnown - rowsDone) / rowsPerSecond) * 1000)} left`];
}

/** No bar before the total is known: it would run backwards. */
function progressBar({ rowsDone, rowsKnown, splitDone }: Progress): string | undefined {
  if (!splitDone || rowsKnown === 0) return undefined;
  const cells = Math.floor((rowsDone / rowsKnown) * BAR_CELLS);
  return `[${'#'.repeat(cells)}${'·'.repeat(BAR_CELLS - cells)}]`;
}
