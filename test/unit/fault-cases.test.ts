import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROW = /^\| (\d+) \| (.+?) \| (.+) \|$/;
const rows = readFileSync('test/faults/README.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, number, fault = '', heldBy = ''] = ROW.exec(line) ?? [];
    return number ? [{ number: Number(number), fault, heldBy }] : [];
  });
const isAwaited = ({ heldBy }: { heldBy: string }) => heldBy.startsWith('awaited');

/** The test files that a row names, all of them in backticks. */
function filesOf(heldBy: string): string[] {
  const names = [...heldBy.matchAll(/`([^`]+)`/g)].flatMap(([, listed = '']) => listed.split(', '));
  return names.map((name) => {
    if (name.endsWith('.py')) return `python-predictor/tests/${name}`;
    return `test/${name.includes('/') ? '' : 'faults/'}${name}.test.ts`;
  });
}

/** The numbers of the cases that a file has tests of, by their names. */
function casesOf(file: string): number[] {
  const names = file.endsWith('.py') ? /^def test_case_(\d+)_/gm : /['"`]case (\d+): /g;
  return [...readFileSync(file, 'utf8').matchAll(names)].map(([, number]) => Number(number));
}

test('the table has the forty cases', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
});

test('no case is awaited', () => {
  expect(rows.filter(isAwaited).map(({ number }) => number)).toEqual([]);
});

test.each(rows.filter((row) => !isAwaited(row)))(
  'case $number has a test of its name in a file that the table names: $fault',
  ({ number, heldBy }) => {
    const files = filesOf(heldBy);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    expect(files.flatMap(casesOf)).toContain(number);
  },
);
