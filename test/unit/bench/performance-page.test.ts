import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { page, plotFiles } from '../../../bench/page.ts';
import { readRecords } from '../../../bench/records.ts';
import { benches } from '../../../bench/run.ts';

const names = benches.map(({ name }) => name);
const records = readRecords(names, 'full');

test('every bench has been run in full', () => {
  expect(records.map(({ name, size }) => [name, size])).toEqual(names.map((name) => [name, 'full']));
});

test('docs/performance.md is what the benches found; `npm run bench` renews it', () => {
  expect(readFileSync('docs/performance.md', 'utf8')).toBe(page(records));
  for (const file of plotFiles(records)) expect(existsSync(`docs/${file}`), file).toBe(true);
});
