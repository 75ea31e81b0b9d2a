import { expect, test } from 'vitest';
import { csvLines, parseCsv } from '../../../core/scores/csv.ts';

test.each(['=1+1', '+cmd', '-cmd', '@sum', '\tx', '\rx', '-1+1', '+1.5e', '--1'])(
  'case 36: text that begins like a formula gets an apostrophe: %j',
  (text) => expect(parseCsv(csvLines([[text]]))[0]?.[0]).toBe(`'${text}`),
);

test.each(['-0.42', '+1', '-1e-9', '-12', '12', 'a=1', ''])(
  'case 36: what is no formula stays as it is: %j',
  (text) => expect(parseCsv(csvLines([[text, 'x']]))[0]?.[0]).toBe(text),
);

test('numbers are written so that they read back as the same double', () => {
  const values = [-0.42, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 1e21];
  expect(parseCsv(csvLines([values]))[0]?.map(Number)).toEqual(values);
});

test('every line ends with LF, and no rows are no text', () => {
  expect(
    csvLines([
      ['a', 1],
      [undefined, true],
    ]),
  ).toBe('a,1\n,true\n');
  expect(csvLines([])).toBe('');
});
