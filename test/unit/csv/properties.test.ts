import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChunkSpan, ChunkSplitter } from '../../../core/csv/chunk-splitter.ts';
import { isInputRejected } from '../../../core/errors.ts';
import { type CsvFile, csvFiles, wellFormed } from '../../fuzz/csv-files.ts';
import { inPieces, scan } from './scan.ts';

const START = { byte: 0, row: 0, line: 1, chunk: 0 };
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
const limits = fc.record({
  chunkRows: fc.integer({ min: 1, max: 4 }),
  chunkBytes: fc.integer({ min: 1, max: 40 }),
});
type Limits = { chunkRows: number; chunkBytes: number };

function split(
  { delimiter, text }: CsvFile,
  limits: Limits,
  sizes: number[],
  from = START,
  maxRecordBytes = 60,
) {
  const splitter = new ChunkSplitter({ delimiter, maxRecordBytes, from, ...limits });
  const spans: ChunkSpan[] = [];
  for (const piece of inPieces(text.subarray(from.byte), sizes)) spans.push(...splitter.push(piece));
  const { spans: last, ...totals } = splitter.end();
  return { spans: [...spans, ...last], totals, checkpoint: splitter.checkpoint };
}

/** What a split comes to, a rejection included. */
function outcome(...args: Parameters<typeof split>) {
  try {
    return split(...args);
  } catch (error) {
    if (isInputRejected(error)) return error.reason;
    throw error;
  }
}

describe('whatever the file', () => {
  test('the buffers that it comes in change nothing, not even a rejection', () => {
    fc.assert(
      fc.property(csvFiles.wild, limits, sizes, (file, limits, sizes) => {
        expect(outcome(file, limits, sizes)).toEqual(outcome(file, limits, [file.text.length]));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a splitter that goes on from any border finds the same chunks', () => {
    fc.assert(
      fc.property(csvFiles.wild, limits, sizes, (file, limits, sizes) => {
        const whole = outcome(file, limits, [64]);
        if (!('spans' in whole)) return;
        whole.spans.forEach(({ byteStart: byte, firstRow: row, firstLine: line, chunk }, i) => {
          const rest = split(file, limits, sizes, { byte, row, line, chunk });
          expect(rest).toEqual({ ...whole, spans: whole.spans.slice(i) });
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test('chunks tile it up to its last record, and hold every row once', () => {
    fc.assert(
      fc.property(csvFiles.wild, limits, (file, limits) => {
        const found = outcome(file, limits, [64]);
        if (!('spans' in found)) return;
        const { spans, totals, checkpoint } = found;
        expect(spans.map(({ byteStart }) => byteStart)).toEqual(
          [0, ...spans.map(({ byteEnd }) => byteEnd)].slice(0, spans.length),
        );
        expect(spans.map(({ chunk }) => chunk)).toEqual(spans.map((_, i) => i));
        expect(spans.every(({ rowCount }) => rowCount >= 1 && rowCount <= limits.chunkRows)).toBe(true);
        expect(spans.reduce((rows, { rowCount }) => rows + rowCount, 0)).toBe(totals.rowsTotal);
        expect(file.text.subarray(checkpoint.byte).toString()).toMatch(/^\uFEFF?[ \t\r\n]*$/);
      }),
      { numRuns: 1_000 },
    );
  });

  test('records and their lines are those that a slow reader finds', () => {
    fc.assert(
      fc.property(csvFiles.wild, sizes, ({ delimiter, text }, sizes) => {
        const expected = readSlowly(text.toString(), delimiter);
        if (typeof expected === 'string')
          expect(() => scan(text, sizes, delimiter)).toThrow(expect.objectContaining({ code: expected }));
        else
          expect(scan(text, sizes, delimiter).map(({ line, text }) => `${line}|${text}`)).toEqual(expected);
      }),
      { numRuns: 3_000 },
    );
  });
});

test('records of a well-formed file end where csv-parse says', () => {
  fc.assert(
    fc.property(wellFormed, sizes, ({ delimiter, text, rows }, sizes) => {
      // A row of one blank field is a blank line to pandas, and a record to csv-parse.
      fc.pre(rows.every((row) => row.some((value) => value.trim() !== '')));
      const options = { delimiter, bom: true, info: true, record_delimiter: ['\r\n', '\n', '\r'] };
      const parsed = parse(text, options) as unknown as { record: string[]; info: { bytes: number } }[];
      expect(parsed.map(({ record }) => record)).toEqual(rows);
      const { spans } = split({ delimiter, text }, { chunkRows: 1, chunkBytes: 1 }, sizes, START, 1 << 20);
      expect(spans.map(({ byteEnd }) => byteEnd)).toEqual(parsed.map(({ info }) => info.bytes));
    }),
    { numRuns: 1_000 },
  );
});

/** The rules once more, as expressions on a text, one match a field: `line|record` each, or the code of a rejection. */
function readSlowly(source: string, delimiter: string): string[] | string {
  const mark = delimiter === '|' ? '\\|' : delimiter;
  const blank = new RegExp(delimiter === '\t' ? '[ ]*(\\r\\n|\\r|\\n|$)' : '[ \\t]*(\\r\\n|\\r|\\n|$)', 'y');
  const field = new RegExp(`("(?:[^"]|"")*(?:"|$))?[^${mark}\\r\\n]*(${mark}|\\r\\n|\\r|\\n|$)`, 'y');
  const text = source.replace(/^\uFEFF/, '');
  const records: string[] = [];
  let at = 0;
  while (at < text.length) {
    blank.lastIndex = at;
    const line = blank.exec(text);
    if (line) {
      at = blank.lastIndex;
      if (line[1] === '\r' && text[at] === delimiter) return 'ambiguous_record';
      continue;
    }
    const start = at;
    for (let end: string | undefined = delimiter; end === delimiter; at = field.lastIndex) {
      field.lastIndex = at;
      const [, quoted, found] = field.exec(text) ?? [];
      if (quoted !== undefined && !/^"(?:[^"]|"")*"$/.test(quoted)) return 'unterminated_quote';
      end = found;
    }
    records.push(`${text.slice(0, start).split(/\r\n|\r|\n/).length}|${text.slice(start, at)}`);
  }
  return records;
}
