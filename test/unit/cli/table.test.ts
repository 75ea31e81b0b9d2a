import { expect, test } from 'vitest';
import { table } from '../../../cli/render/table.ts';

const COLUMNS = [
  { title: 'NAME', shrinks: true },
  { title: 'ROWS', align: 'right' as const },
];

test('columns are as wide as their widest cell, numbers line up at the right', () => {
  expect(
    table(COLUMNS, [
      ['a', '1'],
      ['longer', '12,345'],
    ]),
  ).toBe(['NAME      ROWS', 'a            1', 'longer  12,345'].join('\n'));
});

test('the column that may shrink gives way in the middle', () => {
  expect(table(COLUMNS, [['incoming/churn/customers.csv', '1']], 20)).toBe(
    ['NAME            ROWS', 'incomin…rs.csv     1'].join('\n'),
  );
});

test('a cell cannot start a line or move the cursor', () => {
  expect(table([{ title: 'ID' }], [['a\nb\u001b[2J\u0007']])).toBe('ID\na⏎b\u{fffd}[2J\u{fffd}');
});
