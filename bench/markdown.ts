import type { Table } from './bench.ts';

/** A table in Markdown; ends without a line break. */
export function table({ title, columns, align = [], rows }: Table): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, i) => (align[i] === 'right' ? '---:' : '---'));
  const heading = title ? [`**${title}**`, ''] : [];
  return [...heading, line(columns), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
}
