import { expect, test } from 'vitest';
import { recordsOf } from '../../../cli/errors/chunk-records.ts';

const find = (text: string, places: number[], delimiter = ',') =>
  [
    ...recordsOf(
      { bytes: Buffer.from(text), firstLine: 2, delimiter, maxRecordBytes: 1000 },
      new Set(places),
    ).entries(),
  ].map(([place, { bytes, line }]) => [place, bytes.toString(), line]);

test.each([
  [
    'records by their place',
    'a,1\nb,2\nc,3\n',
    [0, 2],
    [
      [0, 'a,1\n', 2],
      [2, 'c,3\n', 4],
    ],
  ],
  [
    'a quoted newline',
    'a,"1\n2"\nb,2\n',
    [0, 1],
    [
      [0, 'a,"1\n2"\n', 2],
      [1, 'b,2\n', 4],
    ],
  ],
  [
    'blank lines before a record',
    '\r\n \t\r\na,1\r\n\nb,2',
    [0, 1],
    [
      [0, 'a,1\r\n', 4],
      [1, 'b,2', 6],
    ],
  ],
  ['a record that begins with blanks', '  a,1\n', [0], [[0, '  a,1\n', 2]]],
  [
    'lines ended by CR',
    '\ra,1\rb,2\r',
    [0, 1],
    [
      [0, 'a,1\r', 3],
      [1, 'b,2\r', 4],
    ],
  ],
  [
    'a record of only two quotes',
    '""\nb\n',
    [0, 1],
    [
      [0, '""\n', 2],
      [1, 'b\n', 3],
    ],
  ],
  ['bytes that look like a byte order mark', '\ufeffa,1\nb\n', [0], [[0, '\ufeffa,1\n', 2]]],
] as const)('finds %s', (_what, text, places, expected) => {
  expect(find(text, [...places])).toEqual(expected);
});

test('in a file of tabs, a line of tabs is a record', () => {
  expect(find('\t\t\na\tb\n', [0], '\t')).toEqual([[0, '\t\t\n', 2]]);
});
