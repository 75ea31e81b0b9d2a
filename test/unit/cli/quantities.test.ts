import { expect, test } from 'vitest';
import {
  approximately,
  bytes,
  counted,
  dollars,
  duration,
  moment,
  rate,
} from '../../../cli/render/quantities.ts';

test.each([
  [0, '0.0 s'],
  [440, '0.4 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [59_499, '59 s'],
  [59_500, '1 min 00 s'],
  [185_000, '3 min 05 s'],
  [7_620_000, '2 h 07 min'],
  [-5, '0.0 s'],
])('%i ms are %s', (ms, words) => expect(duration(ms)).toBe(words));

test.each([
  [999, '999 bytes'],
  [1_000, '1.0 KB'],
  [123_456_789, '123 MB'],
  [5e12, '5.0 TB'],
])('%i bytes are %s', (size, words) => expect(bytes(size)).toBe(words));

test.each([
  [0.1, '0.1'],
  [-1234.5678, '-1234.57'],
  [1e-12, '1.000e-12'],
  [0, '0'],
])('%d is shown as %s', (value, words) => expect(approximately(value)).toBe(words));

test.each([
  [0, '$0'],
  [1.2766, '$1.28'],
  [0.0386, '$0.039'],
  [0.00081, '$0.00081'],
  [0.000001, '$0.0000010'],
  [9.999, '$10.00'],
  [1234.5, '$1,235'],
])('%d dollars are %s', (amount, words) => expect(dollars(amount)).toBe(words));

test('one is singular', () =>
  expect([counted(1, 'row'), counted(1200, 'row')]).toEqual(['1 row', '1,200 rows']));

test('slow rates keep a decimal', () =>
  expect([rate(2.34), rate(8200.4)]).toEqual(['2.3 rows/s', '8,200 rows/s']));

test('times are told in UTC', () =>
  expect(moment('2026-11-20T19:00:05.123Z')).toBe('2026-11-20 19:00:05 UTC'));
