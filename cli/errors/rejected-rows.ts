/**
 * The file of rejected rows: the original records, byte for byte, with the reason before them. Before, not
 * behind: behind a record with too many or too few fields the reason would stand under the wrong heading.
 */

const REASON_COLUMNS = ['error_line', 'error_code', 'error_column', 'error_message'] as const;

export interface RejectedReason {
  /** On which the record begins in the source. */
  line: number;
  code: string;
  column: string | undefined;
  message: string;
}

export const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

export interface RejectedFormat {
  header(): Buffer;
  row(reason: RejectedReason, record: Buffer): Buffer;
}

/**
 * How rejected rows of a source are written: with its delimiter, and a record at the source's end without a
 * terminator gets the header's. A source that is itself a mended file of rejected rows has its old reasons
 * replaced.
 *
 * @param header the header record of the source, terminator included.
 */
export function rejectedFormat(header: Buffer, delimiter: string): RejectedFormat {
  const terminator = terminatorOf(header);
  const hasOldReasons = header
    .toString('latin1')
    .startsWith(REASON_COLUMNS.map((name) => name + delimiter).join(''));
  const original = (record: Buffer) =>
    hasOldReasons ? withoutFields(record, REASON_COLUMNS.length, delimiter) : record;
  const prefixed = (fields: readonly string[], record: Buffer) =>
    Buffer.concat([
      Buffer.from(fields.map((field) => quoted(field, delimiter) + delimiter).join('')),
      original(record),
      ...(endsALine(record) ? [] : [terminator]),
    ]);
  return {
    header: () => prefixed(REASON_COLUMNS, header),
    row: ({ line, code, column, message }, record) =>
      prefixed([String(line), code, escaped(column ?? ''), escaped(message)], record),
  };
}

/**
 * What stands behind the first `count` fields of a record; all of it where it has no more. A quote opens at a field's
 * start only.
 */
function withoutFields(record: Buffer, count: number, delimiter: string): Buffer {
  const separator = delimiter.charCodeAt(0);
  let fields = 0;
  let inQuotes = false;
  for (let i = 0; i < record.length; i++) {
    const byte = record[i];
    if (byte === QUOTE && inQuotes) {
      if (record[i + 1] === QUOTE) i++;
      else inQuotes = false;
    } else if (byte === QUOTE && (i === 0 || record[i - 1] === separator)) inQuotes = true;
    else if (byte === separator && !inQuotes && ++fields === count) return record.subarray(i + 1);
  }
  return record;
}

function terminatorOf(record: Buffer): Buffer {
  if (!endsALine(record)) return Buffer.from([LF]);
  const twoBytes = record.at(-1) === LF && record.at(-2) === CR;
  return record.subarray(record.length - (twoBytes ? 2 : 1));
}

const endsALine = (record: Buffer) => record.at(-1) === LF || record.at(-1) === CR;

/** A message may quote a cell, and a spreadsheet would run a cell that begins like a formula. */
const escaped = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

function quoted(field: string, delimiter: string): string {
  return field.includes(delimiter) || /["\r\n]|^\s|\s$/.test(field)
    ? `"${field.replaceAll('"', '""')}"`
    : field;
}
