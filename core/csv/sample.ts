import { RecordScanner } from './record-scanner.ts';

/** One record of a text: its bytes without blank lines before it, its terminator included. */
export interface SampledRecord {
  byteStart: number;
  /** Exclusive. */
  byteEnd: number;
  line: number;
  /** The line on which byteEnd stands. */
  nextLine: number;
}

export interface Sample {
  /** The first bytes of a source, from byte 0. */
  bytes: Buffer;
  /** Whether they are all of it: then a last record needs no terminator. */
  complete: boolean;
}

/**
 * The whole records among the first bytes of a source; the first one is the header.
 *
 * @throws InputRejected ambiguous_record; unterminated_quote, of a complete sample only.
 */
export function sampleRecords(
  { bytes, complete }: Sample,
  delimiter: string,
  limit: number,
): SampledRecord[] {
  const records: SampledRecord[] = [];
  const options = {
    delimiter,
    maxRecordBytes: Number.POSITIVE_INFINITY,
    from: { byte: 0, row: -1, line: 1 },
  };
  const scanner = new RecordScanner(options, (byteEnd, nextLine) => {
    if (records.length === limit) return;
    const { byte: byteStart, line } = scanner.record;
    records.push({ byteStart, byteEnd, line, nextLine });
  });
  scanner.push(bytes);
  if (complete) scanner.end();
  return records;
}

/**
 * The fields of one record, as the pandas C tokenizer reads them: quotes count only at the start of a field, and text behind a
 * closing quote is kept.
 */
export function fieldsOf(record: string, delimiter: string): string[] {
  const text = record.replace(/(\r\n|\r|\n)$/, '');
  const fields: string[] = [];
  let i = 0;
  for (;;) {
    let field = '';
    if (text[i] === '"') {
      const [quoted, behind] = readQuoted(text, i + 1);
      field = quoted;
      i = behind;
    }
    const end = text.indexOf(delimiter, i);
    fields.push(field + text.slice(i, end === -1 ? undefined : end));
    if (end === -1) return fields;
    i = end + 1;
  }
}

/** @returns the text up to the closing quote, and the index behind it. */
function readQuoted(text: string, from: number): [string, number] {
  let i = from;
  for (;;) {
    const quote = text.indexOf('"', i);
    if (quote === -1) return [text.slice(from).replaceAll('""', '"'), text.length];
    if (text[quote + 1] !== '"') return [text.slice(from, quote).replaceAll('""', '"'), quote + 1];
    i = quote + 2;
  }
}
