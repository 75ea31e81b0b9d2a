import { type Goal, isMet, type Table } from './bench.ts';

/** A table in Markdown; ends without a line break. */
export function table({ title, columns, align = [], rows }: Table): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, i) => (align[i] === 'right' ? '---:' : '---'));
  const heading = title ? [`**${title}**`, ''] : [];
  return [...heading, line(columns), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
}

/** Every ratio beside its goal. */
export const goalsTable = (goals: readonly Goal[]): string =>
  table({
    columns: ['what', 'reference', 'ratio', 'goal', ''],
    align: ['left', 'left', 'right', 'right', 'left'],
    rows: goals.map((goal) => [
      goal.what,
      goal.reference,
      figure(goal.ratio),
      `${goal.sense === 'at least' ? '≥' : '≤'} ${goal.goal}`,
      isMet(goal) ? 'met' : '**missed**',
    ]),
  });

/** Three digits, and as many more as a large number has. */
const figure = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();

/** As GitHub makes it of a heading. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
