import fc from 'fast-check';

/** A generated file, and the delimiter it is to be read with. */
export interface CsvFile {
  delimiter: string;
  text: Buffer;
}

export const MODES = ['wild', 'rfc', 'large'] as const;
export type Mode = (typeof MODES)[number];

const delimiters = fc.constantFrom(',', '\t', ';', '|');

/** Anything: quotes in odd places, mixed line ends, control characters, stray byte order marks. */
const wild: fc.Arbitrary<CsvFile> = delimiters.chain((delimiter) => {
  const token = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('a', 'b', '1', 'é', '😀') },
    { weight: 4, arbitrary: fc.constant(delimiter) },
    { weight: 3, arbitrary: fc.constant('"') },
    { weight: 1, arbitrary: fc.constant('""') },
    { weight: 4, arbitrary: fc.constant('\n') },
    { weight: 2, arbitrary: fc.constant('\r\n') },
    { weight: 1, arbitrary: fc.constant('\r') },
    { weight: 1, arbitrary: fc.constantFrom('\0', '\uFEFF', '\u2028', '\x85', '\v', '\f') },
    { weight: 1, arbitrary: fc.constantFrom(' ', '\t', ',', ';', '|', '\\', "'") },
  );
  return fc
    .array(token, { minLength: 1, maxLength: 60, size: 'max' })
    .map((tokens) => ({ delimiter, text: Buffer.from(tokens.join('')) }));
});

const field = fc.oneof(
  fc.constantFrom('', 'a', '12.5', '  é x', '東'),
  fc
    .array(fc.constantFrom('a', ',', ';', '|', '\t', '"', '\n', '\r\n', 'é', ' ', '😀'), { maxLength: 6 })
    .map((parts) => parts.join('')),
);

/** RFC 4180: one kind of line end, rows of equal width, quotes where needed and where not. */
export const wellFormed: fc.Arbitrary<CsvFile & { rows: string[][] }> = fc
  .record({
    delimiter: delimiters,
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    width: fc.integer({ min: 2, max: 4 }),
    fields: fc.array(fc.array(fc.tuple(field, fc.boolean()), { minLength: 4, maxLength: 4 }), {
      minLength: 1,
      maxLength: 8,
    }),
    byteOrderMark: fc.boolean(),
    endsWithLineEnd: fc.boolean(),
  })
  .map(({ delimiter, lineEnd, width, fields, byteOrderMark, endsWithLineEnd }) => {
    const rows = fields.map((row) => row.slice(0, width));
    const lines = rows.map((row) =>
      row.map(([value, quoted]) => written(value, quoted, delimiter)).join(delimiter),
    );
    const text = (byteOrderMark ? '\uFEFF' : '') + lines.join(lineEnd) + (endsWithLineEnd ? lineEnd : '');
    return { delimiter, text: Buffer.from(text), rows: rows.map((row) => row.map(([value]) => value)) };
  });

function written(value: string, quoted: boolean, delimiter: string): string {
  const mustQuote = value.includes(delimiter) || /["\r\n]/.test(value);
  return quoted || mustQuote ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Well-formed files longer than the buffers that readers read by, with blank and indented lines in between. */
const large: fc.Arbitrary<CsvFile> = fc
  .record({
    file: wellFormed,
    lineEnd: fc.constantFrom('\n', '\r\n'),
    blanks: fc.constantFrom('', ' ', '  \t ', '\n', '\r\n \n'),
    bytes: fc.integer({ min: 250_000, max: 600_000 }),
  })
  .map(({ file: { delimiter, text }, lineEnd, blanks, bytes }) => {
    const block = Buffer.concat([
      text.subarray(text[0] === 0xef ? 3 : 0),
      Buffer.from(lineEnd + blanks.replace(delimiter, '')),
    ]);
    return {
      delimiter,
      text: Buffer.concat(Array.from({ length: Math.ceil(bytes / block.length) }, () => block)),
    };
  });

export const csvFiles: Record<Mode, fc.Arbitrary<CsvFile>> = { wild, rfc: wellFormed, large };
