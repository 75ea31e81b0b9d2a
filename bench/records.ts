import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../infra/package-root.ts';
import type { Report, Size } from './bench.ts';

/** A report as it is kept, so that the page can be made again when one bench is run alone. */
export interface BenchRecord {
  name: string;
  size: Size;
  report: Report;
  machine: string;
  /** Of the day alone. */
  date: string;
  seconds: number;
}

/** What quick runs find is for a look: it never meets the documentation. */
const FOLDERS: { [size in Size]: { results: string; page: string } } = {
  full: { results: 'bench/results', page: 'docs' },
  quick: { results: '.dropscore/bench/results', page: '.dropscore/bench' },
};

export const pageFolder = (size: Size): string => path.join(packageRoot, FOLDERS[size].page);

const fileOf = (name: string, size: Size): string =>
  path.join(packageRoot, FOLDERS[size].results, `${name}.json`);

export function writeRecord(record: BenchRecord): void {
  const file = fileOf(record.name, record.size);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** In the order of the names; what has not been run yet is left out. */
export function readRecords(names: readonly string[], size: Size): BenchRecord[] {
  const files = names.map((name) => fileOf(name, size)).filter(existsSync);
  return files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
}
