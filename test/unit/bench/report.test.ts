import { expect, test } from 'vitest';
import type { Goal, Plot } from '../../../bench/bench.ts';
import { interleaved, least, median } from '../../../bench/interleaved.ts';
import { anchor, goalsTable } from '../../../bench/markdown.ts';
import { page } from '../../../bench/page.ts';
import { svg } from '../../../bench/plots.ts';

const GOAL: Goal = { what: 'it', reference: 'that', ratio: 1.0949, sense: 'at most', goal: 1.1 };

test('a goal is told with its ratio, and whether it is met', () => {
  const told = goalsTable([
    GOAL,
    { ...GOAL, ratio: 1.2 },
    { ...GOAL, sense: 'at least', ratio: 1234, goal: 20 },
  ]);
  expect(told.split('\n').slice(2)).toEqual([
    '| it | that | 1.09 | ≤ 1.1 | met |',
    '| it | that | 1.2 | ≤ 1.1 | **missed** |',
    '| it | that | 1234 | ≥ 20 | met |',
  ]);
});

test('a missed ratio is never rounded to its goal', () => {
  expect(goalsTable([{ ...GOAL, ratio: 1.1001 }])).toContain('| 1.1001 | ≤ 1.1 | **missed** |');
});

test('a section has its text, tables, plots and notes, and the goals lead to it', () => {
  const plot: Plot = { name: 'p', title: 'P', kind: 'bars', xTitle: '', yTitle: '', series: [] };
  const tables = [{ title: 'T', columns: ['a', 'b'], align: ['left', 'right'] as const, rows: [['x', 1]] }];
  const report = {
    title: 'How fast?',
    about: 'About.',
    goals: [GOAL],
    tables,
    plots: [plot],
    notes: 'Note.',
  };
  const record = {
    name: 'n',
    size: 'full',
    report,
    machine: '4 × CPU',
    date: '2026-11-21',
    seconds: 2.5,
  } as const;
  expect(page([record])).toContain('[How fast?](#how-fast)');
  expect(page([record]).split('## How fast?')[1]).toBe(
    '\n\nAbout.\n\nMeasured on 2026-11-21 in 3 s; 4 × CPU.\n\n**T**\n\n| a | b |\n|---|---:|\n| x | 1 |\n\n![P](performance/p.svg)\n\nNote.\n',
  );
});

test('anchors are those of GitHub', () => {
  expect(anchor('Predictions over HTTP (10^6 rows)')).toBe('predictions-over-http-106-rows');
});

test('a plot has its categories, values and goal, on white', () => {
  const text = svg({
    ...{ name: 'p', title: 'Title', kind: 'bars', xTitle: 'x', yTitle: 'y', goal: 0.6 },
    series: [{ name: 'one', points: [['first', 0.875]] }],
  });
  for (const shown of ['Title', 'first', '0.875', 'goal 0.6', '#ffffff']) expect(text).toContain(shown);
});

test('what is compared takes turns', async () => {
  const order: string[] = [];
  const runs = await interleaved(['a', 'b'], 2, async (name) => order.push(name));
  expect(order).toEqual(['a', 'b', 'a', 'b']);
  expect(runs).toEqual({ a: [1, 3], b: [2, 4] });
});

test('of several runs the least or the middle counts', () => {
  expect(least([{ ms: 3 }, { ms: 1 }, { ms: 2 }], ({ ms }) => ms)).toEqual({ ms: 1 });
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
