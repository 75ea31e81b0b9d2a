import { describe, expect, test } from 'vitest';
import { findHeader } from '../../../core/csv/header.ts';
import { fieldsOf, sampleRecords } from '../../../core/csv/sample.ts';

const find = (text: string | Buffer, delimiter = ',', complete = true) =>
  findHeader({ bytes: Buffer.from(text as string), complete }, delimiter);

describe('the fields of a record', () => {
  test.each([
    ['a,b', ['a', 'b']],
    ['a,b\r\n', ['a', 'b']],
    ['', ['']],
    [',', ['', '']],
    ['a,b,', ['a', 'b', '']],
    [' a , b ', [' a ', ' b ']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a""b"', ['a"b']],
    ['""', ['']],
    ['"a\r\nb",c\n', ['a\r\nb', 'c']],
    ['"a"b,c', ['ab', 'c']],
    ['"a" ,c', ['a ', 'c']],
    ['a"b",c', ['a"b"', 'c']],
    [' "a,b"', [' "a', 'b"']],
    ['"a\n', ['a']],
  ])('of %j are %j', (record, fields) => {
    expect(fieldsOf(record, ',')).toEqual(fields);
  });
});

test('a sample gives no more records than were asked for', () => {
  const sample = { bytes: Buffer.from('a\n\n1\n2\n3\n'), complete: true };
  expect(sampleRecords(sample, ',', 2)).toEqual([
    { byteStart: 0, byteEnd: 2, line: 1, nextLine: 2 },
    { byteStart: 3, byteEnd: 5, line: 3, nextLine: 4 },
  ]);
});

describe('the header', () => {
  test('is the first record', () => {
    expect(find('a,b\n1,2\n')).toEqual({ byteStart: 0, byteEnd: 4, nextLine: 2, names: ['a', 'b'] });
  });

  test('stands behind a byte order mark and blank lines', () => {
    expect(find('\uFEFF\r\n \na;b\r\n1;2', ';')).toEqual({
      byteStart: 7,
      byteEnd: 12,
      nextLine: 4,
      names: ['a', 'b'],
    });
  });

  test('case 34: may hold newlines in quotes', () => {
    expect(find('"a\nb",c\n1,2')).toEqual({ byteStart: 0, byteEnd: 8, nextLine: 3, names: ['a\nb', 'c'] });
  });

  test('may be all there is', () => {
    expect(find('a,b')).toEqual({ byteStart: 0, byteEnd: 3, nextLine: 1, names: ['a', 'b'] });
  });

  test('keeps names as written', () => {
    expect(find(' a,A,a,,é\n')?.names).toEqual([' a', 'A', 'a', '', 'é']);
  });

  test('keeps a second byte order mark, as pandas does', () => {
    expect(find('\uFEFF\uFEFFa,b\n')?.names).toEqual(['\uFEFFa', 'b']);
  });

  test('is missing in a source without a record', () => {
    expect(find('')).toBeUndefined();
    expect(find('\uFEFF\n  \r\n')).toBeUndefined();
  });

  test('is read although a later record breaks off in the sample', () => {
    expect(find('a,b\n1,"2', ',', false)?.names).toEqual(['a', 'b']);
  });

  test.each([
    ['that the sample does not hold whole', 'a,b', false, 'record_too_long'],
    ['that is preceded by nothing but blank lines', '\n\n', false, 'record_too_long'],
    ['with a quote that never closes', '"a,b\n1,2\n', true, 'unterminated_quote'],
    ['in Latin-1', Buffer.from('caf\xe9,b\n', 'latin1'), true, 'wrong_encoding'],
  ])('%s is rejected', (_, text, complete, code) => {
    expect(() => find(text, ',', complete)).toThrow(expect.objectContaining({ code }));
  });
});
