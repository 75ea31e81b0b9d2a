import { expect, test } from 'vitest';
import { rejectedFormat } from '../../../cli/errors/rejected-rows.ts';

const REASON = { line: 3, code: 'not_a_number', column: 'x', message: 'x holds "a", no number' };
const COLUMNS = 'error_line,error_code,error_column,error_message';

const written = (header: string, record: string, reason = REASON, delimiter = ',') => {
  const format = rejectedFormat(Buffer.from(header), delimiter);
  return [format.header().toString(), format.row(reason, Buffer.from(record)).toString()];
};

test('the reason stands before the record, and the record is what it was', () => {
  expect(written('id,x\r\n', '"7",  "a\nb" \r\n')).toEqual([
    `${COLUMNS},id,x\r\n`,
    '3,not_a_number,x,"x holds ""a"", no number","7",  "a\nb" \r\n',
  ]);
});

test('the source’s own delimiter is used, and quoted for', () => {
  expect(written('id;x\n', '7;a\n', { ...REASON, message: 'a;b, c' }, ';')).toEqual([
    `${COLUMNS.replaceAll(',', ';')};id;x\n`,
    '3;not_a_number;x;"a;b, c";7;a\n',
  ]);
});

test.each([
  ['id,x\r\n', '\r\n'],
  ['id,x\r', '\r'],
  ['id,x\n', '\n'],
])('a last record without a terminator gets that of the header %j', (header, terminator) => {
  expect(written(header, '7,a')[1]?.endsWith(`7,a${terminator}`)).toBe(true);
});

test('bytes that are no UTF-8 stay', () => {
  const record = Buffer.from([0x37, 0x2c, 0xff, 0xfe, 0x0a]);
  const row = rejectedFormat(Buffer.from('id,x\n'), ',').row(REASON, record);
  expect(row.subarray(-record.length).equals(record)).toBe(true);
});

test('case 36: a reason that quotes a formula is no formula', () => {
  expect(written('id,x\n', '7,a\n', { ...REASON, message: '=1+1' })[1]).toBe("3,not_a_number,x,'=1+1,7,a\n");
});

test('the old reasons of a mended file are replaced', () => {
  const mended = '9,missing_value,x,"old with ""quotes"", and\nlines",7,b\n';
  expect(written(`${COLUMNS},id,x\n`, mended)).toEqual([
    `${COLUMNS},id,x\n`,
    '3,not_a_number,x,"x holds ""a"", no number",7,b\n',
  ]);
});

test('a column that only begins like a reason is the user’s own', () => {
  const header = `${COLUMNS}_old,id\n`;
  expect(written(header, 'a,b,c,d,7\n')[0]).toBe(`${COLUMNS},${header}`);
});

test('a row of a mended file that has lost its reason columns is not lost with them', () => {
  expect(written(`${COLUMNS},id,x\n`, '7,b\n')[1]).toBe('3,not_a_number,x,"x holds ""a"", no number",7,b\n');
});
