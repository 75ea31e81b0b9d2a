import { expect, test } from 'vitest';
import { progressLine } from '../../../cli/watch/progress-line.ts';
import { RateWindow } from '../../../cli/watch/rate-window.ts';
import { openedState } from '../../../core/job.ts';
import { chunksRemaining, progressOf } from '../../../core/progress.ts';
import { aJob } from '../factories.ts';

const whileSplitting = {
  ...openedState(aJob()),
  remaining: -2,
  rowsScored: 39_990,
  rowsFailed: 10,
  checkpoint: { byte: 1, line: 1, row: 60_000, chunk: 3 },
};
const afterSplit = { ...whileSplitting, splitDone: true, rowsTotal: 80_000, chunksTotal: 4, remaining: 2 };
const wide = { width: 120, colour: false };

test('rows and chunks are told as open-ended while the split goes on, without a bar or a time', () => {
  expect(progressLine(progressOf(whileSplitting), 1000, wide)).toBe(
    '40,000 of 60,000+ rows  10 with errors  2 of 3+ chunks  1,000 rows/s',
  );
});

test('before the first rows are found, the line says what is going on', () => {
  expect(progressLine(progressOf(openedState(aJob())), undefined, wide)).toBe('splitting the file');
});

test('the bar and the time left appear when the total is known', () => {
  expect(progressLine(progressOf(afterSplit), 1000, wide)).toBe(
    '[##########··········]  40,000 of 80,000 rows  10 with errors  2 of 4 chunks  1,000 rows/s  40 s left',
  );
});

test.each([
  [90, '40,000 of 80,000 rows  10 with errors  2 of 4 chunks  1,000 rows/s  40 s left'],
  [60, '40,000 of 80,000 rows  10 with errors  2 of 4 chunks'],
  [25, '40,000 of 80,000 rows'],
  [10, '40,00…rows'],
])('on a terminal of %i columns the line keeps what matters most', (width, line) => {
  expect(progressLine(progressOf(afterSplit), 1000, { width, colour: false })).toBe(line);
});

test('colour is added only where it is wanted, and does not count as width', () => {
  const coloured = progressLine(progressOf(afterSplit), 1000, { width: 101, colour: true });
  expect(coloured.startsWith('\u001b[32m[####')).toBe(true);
});

test('an empty file is complete, not a division by zero', () => {
  const state = { ...openedState(aJob()), splitDone: true, rowsTotal: 0, chunksTotal: 0 };
  expect(progressLine(progressOf(state), undefined, wide)).toBe('0 of 0 rows  0 of 0 chunks');
});

test('a chunk that is scored before the checkpoint counts it is never more than is known', () => {
  const state = { ...openedState(aJob()), remaining: -1, rowsScored: 20_000 };
  expect(progressOf(state)).toMatchObject({
    rowsDone: 20_000,
    rowsKnown: 20_000,
    chunksDone: 1,
    chunksKnown: 1,
  });
});

test('remaining chunks count from those known while the split goes on', () => {
  expect(chunksRemaining(whileSplitting)).toBe(1);
  expect(chunksRemaining(afterSplit)).toBe(2);
});

test('a job that failed before its split ended has nothing remaining', () => {
  expect(chunksRemaining({ ...whileSplitting, status: 'failed' })).toBe(0);
});

test('the rate is that of the last half minute', () => {
  const window = new RateWindow();
  window.add(0, 0);
  expect(window.rowsPerSecond).toBeUndefined();
  window.add(10_000, 10_000);
  expect(window.rowsPerSecond).toBe(1000);
  window.add(40_000, 100_000);
  expect(window.rowsPerSecond).toBe(3000);
});
