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
      figureOf(goal),
      `${goal.sense === 'at least' ? '≥' : '≤'} ${goal.goal}`,
      isMet(goal) ? 'met' : '**missed**',
    ]),
  });

/** Three digits, and all of a ratio that rounding would bring to its goal. */
function figureOf(goal: Goal): string {
  const { ratio } = goal;
  const rounded = Math.abs(ratio) >= 100 ? Math.round(ratio) : Number(ratio.toPrecision(3));
  return String(isMet({ ...goal, ratio: rounded }) === isMet(goal) ? rounded : ratio);
}

/** As GitHub makes it of a heading. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
