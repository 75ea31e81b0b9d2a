import { describe, expect, test } from 'vitest';
import { type RecordPosition, RecordScanner } from '../../../core/csv/record-scanner.ts';
import { inPieces, scan } from './scan.ts';

/** Every way of cutting must tell the same. */
const CUTS = [[1 << 20], [1], [2], [3], [1, 4, 2]];

/** A case a line: what it shows, the text, and its records, each as `line|text`. */
function finds(what: string, text: string, records: string[], delimiter = ',') {
  test.each(CUTS)(`${what} (in pieces of %s …)`, (...sizes) => {
    const found = scan(Buffer.from(text), sizes, delimiter);
    expect(found.map(({ line, text }) => `${line}|${text}`)).toEqual(records);
    expect(found.map(({ row }) => row)).toEqual(records.map((_, row) => row));
  });
}

function rejects(what: string, text: string, code: string, ...words: string[]) {
  test.each(CUTS)(`${what} (in pieces of %s …)`, (...sizes) => {
    const error = rejection(() => scan(Buffer.from(text), sizes, ',', 24));
    expect(error).toMatchObject({ name: 'InputRejected', code });
    for (const word of words) expect(error.message).toContain(word);
  });
}

function rejection(run: () => unknown): Error & { code?: string } {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was rejected.');
}

describe('a record ends', () => {
  finds('nothing in nothing', '', []);
  finds('at LF', 'a,b\n1,2\n', ['1|a,b\n', '2|1,2\n']);
  finds('at CRLF', 'a,b\r\n1,2\r\n', ['1|a,b\r\n', '2|1,2\r\n']);
  finds('at CR', 'a,b\r1,2\r', ['1|a,b\r', '2|1,2\r']);
  finds('at each of them in one file', 'a\nb\r\nc\rd', ['1|a\n', '2|b\r\n', '3|c\r', '4|d']);
  finds('at the end of the file', 'a,b\n1,2', ['1|a,b\n', '2|1,2']);
  finds('at the end of the file, behind a delimiter', 'a,\n1,', ['1|a,\n', '2|1,']);
  finds('at the end of the file, behind a closing quote', 'a\n"b"', ['1|a\n', '2|"b"']);
  finds('at the end of the file, behind a CR', 'a\r', ['1|a\r']);
  finds('at CR behind a closing quote', '"a"\r"b"\r', ['1|"a"\r', '2|"b"\r']);
  finds('at CRLF behind a closing quote', '"a"\r\n"b"', ['1|"a"\r\n', '2|"b"']);
  finds('not at NUL, vertical tab, form feed, NEL or U+2028', 'a\0\v\f\x85\u2028b\n', [
    '1|a\0\v\f\x85\u2028b\n',
  ]);
});

describe('a quote', () => {
  finds('hides a newline', '"a\nb",c\nd\n', ['1|"a\nb",c\n', '3|d\n']);
  finds('hides CR and CRLF, each one line', '"a\rb\r\nc",d\ne', ['1|"a\rb\r\nc",d\n', '4|e']);
  finds('hides the delimiter', '"a,b"\nc\n', ['1|"a,b"\n', '2|c\n']);
  finds('opens behind a delimiter', 'a,"b\nc"\nd', ['1|a,"b\nc"\n', '3|d']);
  finds('is data within a field', 'a"b\nc"d\n', ['1|a"b\n', '2|c"d\n']);
  finds('is data behind a blank', 'a, "b\nc"\n', ['1|a, "b\n', '2|c"\n']);
  finds('is data behind a blank at the start of a line', ' "b\nc"\n', ['1| "b\n', '2|c"\n']);
  finds('is doubled', '"a""\nb"\nc', ['1|"a""\nb"\n', '3|c']);
  finds('is doubled at once', '"""\n"\nc', ['1|"""\n"\n', '3|c']);
  finds('closes before text, which is unquoted then', '"a"b"\nc\n', ['1|"a"b"\n', '2|c\n']);
  finds('opens again behind a delimiter in such text', '"a"b,"c\nd"\ne', ['1|"a"b,"c\nd"\n', '3|e']);
  finds('is not escaped by a backslash', '"a\\"\nb\n', ['1|"a\\"\n', '2|b\n']);
  finds('closes and opens across a delimiter', '"a","b\nc"\nd', ['1|"a","b\nc"\n', '3|d']);
  finds('closes and opens across an empty field', '"a",,"b\nc"\nd', ['1|"a",,"b\nc"\n', '3|d']);
  finds('alone and doubled is a record', 'a\n""\nb\n', ['1|a\n', '2|""\n', '3|b\n']);
  finds('opens behind the delimiter that ends a comma in quotes', '",","\n"\n', ['1|",","\n"\n']);
});

describe('a blank line is no record', () => {
  finds('at the start, in the middle, at the end', '\n\na\n\n\nb\n\n', ['3|a\n', '6|b\n']);
  finds('with CRLF', '\r\na\r\n\r\nb\r\n\r\n', ['2|a\r\n', '4|b\r\n']);
  finds('with CR', '\ra\r\rb\r\r', ['2|a\r', '4|b\r']);
  finds('of blanks and tabs', 'a\n \t \nb\n\t\r\nc\n  ', ['1|a\n', '3|b\n', '5|c\n']);
  finds('between CR and LF line ends', 'a\n\r\n\r\nb', ['1|a\n', '4|b']);
  finds('of blanks, behind a blank CR line', 'a\n\r \r b', ['1|a\n', '4| b']);
  finds('but a delimiter makes one', 'a\n,\nb\n', ['1|a\n', '2|,\n', '3|b\n']);
  finds('but blanks before text belong to the record', '  a\n \tb\n', ['1|  a\n', '2| \tb\n']);
  finds('of tabs is one where tab delimits', 'a\tb\n\t\nc\td\n', ['1|a\tb\n', '2|\t\n', '3|c\td\n'], '\t');
  finds('of blanks where tab delimits', 'a\tb\n  \nc\td\n', ['1|a\tb\n', '3|c\td\n'], '\t');
  finds(
    'of blanks and a delimiting tab is one',
    'a\tb\n \t\nc\td\n',
    ['1|a\tb\n', '2| \t\n', '3|c\td\n'],
    '\t',
  );
  finds('of a tab where a bar delimits', 'a|b\n\t\nc|d\n', ['1|a|b\n', '3|c|d\n'], '|');
});

describe('the delimiter', () => {
  finds('is a semicolon', 'a;"b\nc"\n1,"2\n', ['1|a;"b\nc"\n', '3|1,"2\n'], ';');
  finds('is a bar', 'a|"b\nc"\n1', ['1|a|"b\nc"\n', '3|1'], '|');
  finds('is a tab', 'a\t"b\nc"\n1', ['1|a\t"b\nc"\n', '3|1'], '\t');
});

describe('a byte order mark', () => {
  finds('belongs to no record', '\uFEFFa,b\n1\n', ['1|a,b\n', '2|1\n']);
  finds('lets a quote open behind it', '\uFEFF"a\nb"\nc', ['1|"a\nb"\n', '3|c']);
  finds('may stand before blank lines', '\uFEFF\n\na', ['3|a']);
  finds('alone is an empty file', '\uFEFF', []);
  finds('is data behind the first', '\uFEFF\uFEFF"a\nb"', ['1|\uFEFF"a\n', '2|b"']);
  finds('is data anywhere else', 'a\n\uFEFF"b\n', ['1|a\n', '2|\uFEFF"b\n']);

  test.each(CUTS)('of which only a part is there is data (in pieces of %s …)', (...sizes) => {
    expect(scan(Buffer.from([0xef, 0xbb]), sizes)).toHaveLength(1);
    expect(scan(Buffer.from([0xef, 0x22, 0x0a, 0x61]), sizes)).toHaveLength(2);
  });

  test('is data where a scanner starts in mid-file', () => {
    const ends: number[] = [];
    const from = { byte: 10, row: 2, line: 3 };
    const scanner = new RecordScanner({ delimiter: ',', maxRecordBytes: 99, from }, (end) => ends.push(end));
    scanner.push(Buffer.from('\uFEFF"a\nb\n'));
    scanner.end();
    expect(ends).toEqual([16, 18]);
  });
});

describe('the file is rejected', () => {
  rejects(
    'for a quote that never closes',
    'a\n1,"x\ny',
    'unterminated_quote',
    'byte 4 on line 2',
    'row 1',
    'line 2 at byte 2',
  );
  rejects(
    'for a quote on a later line of its record',
    'a\n"x\n",b,"y',
    'unterminated_quote',
    'byte 9 on line 3',
    'line 2 at byte 2',
  );
  rejects('for a quote that opens again', '"a","b', 'unterminated_quote', 'byte 4 on line 1', 'row 0');
  rejects(
    'for a record over the limit',
    `a\n${'x'.repeat(24)}\n`,
    'record_too_long',
    'Row 1',
    'line 2 at byte 2',
    '24 bytes',
  );
  rejects(
    'for a record over the limit that never ends',
    `a\n\n${'x'.repeat(99)}`,
    'record_too_long',
    'Row 1',
    'line 3 at byte 3',
  );
  rejects(
    'for a stray quote that swallows the file',
    `a\n"${'x\n'.repeat(99)}`,
    'record_too_long',
    'Row 1',
    'line 2 at byte 2',
  );
  rejects(
    'for blank lines over the limit before a record',
    `a\n${'\n'.repeat(24)}b\n`,
    'record_too_long',
    'Row 1',
    'line 26',
  );
  rejects(
    'for a delimiter behind a CR-only blank line',
    'a\n\r,b\n',
    'ambiguous_record',
    'Row 1',
    'line 3 at byte 3',
  );
  rejects(
    'for a delimiter behind a CR-only line of blanks',
    'a\n \r,b\n',
    'ambiguous_record',
    'Row 1',
    'line 3 at byte 4',
  );

  finds('not for a delimiter behind a CR that ends a record', 'a\r,b\r', ['1|a\r', '2|,b\r']);
  finds('not for a delimiter behind a blank CRLF line', 'a\r\n\r\n,b', ['1|a\r\n', '3|,b']);

  test('not for blank lines over the limit at its end', () => {
    expect(scan(Buffer.from(`a\n${'\n \r\n'.repeat(99)}`), [7], ',', 24)).toHaveLength(1);
  });

  test('not for a record of just the limit', () => {
    expect(scan(Buffer.from(`${'x'.repeat(22)}\r\n`), [1], ',', 24)).toHaveLength(1);
  });

  test('as soon as the limit is passed, without waiting for the end of the record', () => {
    const from = { byte: 0, row: 0, line: 1 };
    const scanner = new RecordScanner({ delimiter: ',', maxRecordBytes: 100, from }, () => undefined);
    scanner.push(Buffer.from(`"${'x'.repeat(99)}`));
    expect(rejection(() => scanner.push(Buffer.from('x')))).toMatchObject({ code: 'record_too_long' });
  });

  test('with a message that holds no value of the row', () => {
    for (const text of ['a\nsecret,"x', `a\nsecret${'x'.repeat(99)}`, 'a\n\r,secret']) {
      const { message } = rejection(() => scan(Buffer.from(text), [5], ',', 24));
      expect(message).not.toContain('secret');
    }
  });

  test('with the header by its name', () => {
    const from = { byte: 0, row: -1, line: 1 };
    const scanner = new RecordScanner({ delimiter: ',', maxRecordBytes: 100, from }, () => undefined);
    scanner.push(Buffer.from('"a,b\n1,2\n'));
    expect(rejection(() => scanner.end()).message).toContain(
      'in the header, which begins on line 1 at byte 0',
    );
  });
});

test('pieces cover the text', () => {
  const text = Buffer.from('abcdefgh');
  expect(Buffer.concat([...inPieces(text, [1, 3])])).toEqual(text);
});

describe('a listener that asks not to hear of each record', () => {
  const text = Buffer.from('a\nbb\n"c\nc"\r\n\nd\n  e\nf\ng');

  test.each(CUTS)('hears from a row or a byte on, and what is behind (in pieces of %s …)', (...sizes) => {
    const all = heard(text, sizes, 0, 0);
    expect(all.map(({ behind }) => [behind.row, behind.byte, behind.line])).toEqual([
      [1, 2, 2],
      [2, 5, 3],
      [3, 12, 5],
      [4, 15, 7],
      [5, 19, 8],
      [6, 21, 9],
      [7, 22, 9],
    ]);
    for (let row = 0; row < 9; row++)
      for (let byte = 0; byte < 24; byte++) {
        const wanted = all.filter(({ behind }) => behind.row >= row || behind.byte >= byte);
        expect(heard(text, sizes, row, byte), `from row ${row} or byte ${byte}`).toEqual(wanted);
      }
  });

  test.each(CUTS)('still has the limit kept (in pieces of %s …)', (...sizes) => {
    const tooLong = Buffer.from(`a\nb\n${'x'.repeat(30)}\nc\n`);
    expect(rejection(() => heard(tooLong, sizes, 99, 999, 24)).message).toContain(
      'Row 2, which begins on line 3 at byte 4,',
    );
  });

  function heard(text: Buffer, sizes: readonly number[], row: number, byte: number, maxRecordBytes = 99) {
    const found: { record: RecordPosition; behind: RecordPosition; end: number; line: number }[] = [];
    const from = { byte: 0, row: 0, line: 1 };
    const scanner = new RecordScanner({ delimiter: ',', maxRecordBytes, from }, (end, line) => {
      found.push({ record: scanner.record, behind: scanner.behind, end, line });
    });
    scanner.hearFrom(row, byte);
    for (const piece of inPieces(text, sizes)) scanner.push(piece);
    scanner.end();
    return found;
  }
});
