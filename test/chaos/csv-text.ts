import type { Random } from './random.ts';
import type { Row } from './row.ts';

/** How a CSV file is written. */
export interface Writing {
  delimiter: ',' | ';' | '\t' | '|';
  decimal: '.' | ',';
  quoting: 'none' | 'minimal' | 'all';
  lineEnd: '\n' | '\r\n' | '\r';
  byteOrderMark: boolean;
  endsWithLineEnd: boolean;
  blankLines: boolean;
  columns: readonly string[];
}

export const ID = 'sample_id';
export const NOTE = 'note';

/** The file's bytes, and the line on which each row begins. */
export function csvText(
  rows: readonly Row[],
  writing: Writing,
  random: Random,
): { bytes: Buffer; lines: number[] } {
  const { columns, lineEnd, blankLines, byteOrderMark, endsWithLineEnd } = writing;
  const records: string[] = [recordText(columns, writing)];
  const lines: number[] = [];
  let line = 1 + lineEnds(records[0] ?? '') + 1;
  for (const row of rows) {
    for (; blankLines && random.chance(0.1); line++) records.push(random.pick(['', '  ']));
    const record = recordText(fieldsOf(row, writing, random), writing);
    records.push(record);
    lines.push(line);
    line += lineEnds(record) + 1;
  }
  const text = (byteOrderMark ? '\uFEFF' : '') + records.join(lineEnd) + (endsWithLineEnd ? lineEnd : '');
  return { bytes: Buffer.from(text), lines };
}

const lineEnds = (text: string) => text.match(/\r\n|\r|\n/g)?.length ?? 0;

function fieldsOf({ fields, fieldsMissing }: Row, { columns }: Writing, random: Random): string[] {
  const all = columns.map((name) => fields.get(name) ?? random.pick(['', 'x', '7']));
  if (fieldsMissing >= 0) return all.slice(0, all.length - fieldsMissing);
  return [...all, ...Array(-fieldsMissing).fill('7')];
}

function recordText(fields: readonly string[], { delimiter, quoting }: Writing): string {
  return fields
    .map((field) =>
      quoting === 'all' || (quoting === 'minimal' && (field.includes(delimiter) || /["\r\n]/.test(field)))
        ? `"${field.replaceAll('"', '""')}"`
        : field,
    )
    .join(delimiter);
}

/** For people. */
export const writingWords = ({
  delimiter,
  lineEnd,
  quoting,
  decimal,
  byteOrderMark,
  blankLines,
  endsWithLineEnd,
}: Writing) =>
  [
    `delimiter ${JSON.stringify(delimiter)}`,
    `line end ${JSON.stringify(lineEnd)}`,
    `quoting ${quoting}`,
    `decimal ${decimal}`,
    ...(byteOrderMark ? ['BOM'] : []),
    ...(blankLines ? ['blank lines'] : []),
    ...(endsWithLineEnd ? [] : ['no final line end']),
  ].join(', ');
