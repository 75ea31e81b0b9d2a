import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Plot } from './bench.ts';
import { anchor, goalsTable, table } from './markdown.ts';
import { svg } from './plots.ts';
import type { BenchRecord } from './records.ts';

const HEAD = `# Performance

Each claim is a ratio against a named reference, which is measured in the same run on the same data. \`npm run bench\` measures all of them and makes this page:
no figure on it is written by hand. Other work on a machine disturbs such figures, so benches alternate between what they compare and take the best or the
median of several runs, of CPU time where the claim is about work and not about waiting. [How to run a bench, and how to write one](../bench/README.md).

## Goals
`;

/** The whole page; a plot is an SVG file beside it. */
export function page(records: readonly BenchRecord[]): string {
  return [HEAD, ...records.map(goalsOf), ...records.map(section)].filter(Boolean).join('\n');
}

const goalsOf = ({ report: { title, goals } }: BenchRecord): string =>
  goals.length === 0 ? '' : `[${title}](#${anchor(title)})\n\n${goalsTable(goals)}\n`;

function section({ report, machine, date, seconds }: BenchRecord): string {
  const { title, about, tables, plots = [], notes } = report;
  const parts = [
    `## ${title}`,
    about.trim(),
    `Measured on ${date} in ${Math.ceil(seconds)} s; ${machine}.`,
    ...tables.map(table),
    ...plots.map((plot) => `![${plot.title}](${plotFile(plot)})`),
    ...(notes ? [notes.trim()] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

const plotFile = ({ name }: Plot): string => `performance/${name}.svg`;

/** From the page's folder. */
export const plotFiles = (records: readonly BenchRecord[]): string[] => plotsOf(records).map(plotFile);

const plotsOf = (records: readonly BenchRecord[]): Plot[] =>
  records.flatMap(({ report }) => report.plots ?? []);

/** @returns the page's path. */
export function writePage(records: readonly BenchRecord[], folder: string): string {
  mkdirSync(path.join(folder, 'performance'), { recursive: true });
  for (const plot of plotsOf(records)) writeFileSync(path.join(folder, plotFile(plot)), svg(plot));
  const file = path.join(folder, 'performance.md');
  writeFileSync(file, page(records));
  return file;
}
