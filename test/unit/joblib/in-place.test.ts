import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileBytes, inPlace, MATRIX_HEAD_BYTES, rowBytes } from '../../../core/joblib/in-place.ts';
import { GROWING, REFUSED, TAKEN } from './hand-made-heads.ts';
import { arrayHead, dtype, EMPTY_FRAME, int, long, NONE, stateWith, text, tuple } from './opcodes.ts';

const TWO_BY_THREE = { dtype: '<f8', rows: 2, columns: 3 };
const PADDING = 4;

describe('the rows of an array', () => {
  test.each(TAKEN)('are in place: %s', (_, head) => {
    expect(inPlace(head)).toEqual({ ...TWO_BY_THREE, offset: head.length });
  });

  test.each(REFUSED)('are not in place: %s', (_, head) => {
    expect(inPlace(head)).toBeUndefined();
  });

  test.each([
    ['without the alignment', { without: 'numpy_array_alignment_bytes' }],
    ['with none, as joblib writes it to a pipe', { fields: { numpy_array_alignment_bytes: NONE } }],
  ])('follow the header at once %s', (_, parts) => {
    const head = arrayHead(parts);
    expect(inPlace(head)).toEqual({ ...TWO_BY_THREE, offset: head.length - PADDING });
  });

  test('may begin behind the head', () => {
    const head = arrayHead();
    head[head.length - PADDING] = 255;
    expect(inPlace(head)?.offset).toBe(head.length - PADDING + 1 + 255);
  });

  test('are in no head that ends before the padding', () => {
    const head = arrayHead();
    const found = Array.from(head, (_, size) => inPlace(head.subarray(0, size)));
    const whole = { ...TWO_BY_THREE, offset: head.length };
    expect(found).toEqual(found.map((_, size) => (size > head.length - PADDING ? whole : undefined)));
  });

  test('are in no head of too many opcodes, or too many bytes', () => {
    const taken = GROWING.map((head) => inPlace(head) !== undefined);
    expect(taken.indexOf(false)).toBeGreaterThan(100);
    expect(taken.lastIndexOf(true)).toBe(taken.indexOf(false) - 1);
    const late = arrayHead({ before: EMPTY_FRAME.repeat(40) });
    expect(late.length).toBeGreaterThan(MATRIX_HEAD_BYTES);
    expect(inPlace(late)).toBeUndefined();
  });
});

test.each([
  ['b1', '|', '|b1'],
  ['u1', '|', '|u1'],
  ['i2', '>', '>i2'],
  ['u8', '<', '<u8'],
  ['f2', '>', '>f2'],
])('the type %s of the order %s is %s', (name, order, expected) => {
  const head = arrayHead({ fields: { dtype: dtype(text(name), undefined, stateWith(1, text(order))) } });
  expect(inPlace(head)?.dtype).toBe(expected);
});

test.each([
  [int(0), int(0)],
  [int(0), long(0, 0, 0, 0, 0, 0x20)],
  [long(0, 0, 0, 0, 0, 0x20), long()],
  [long(0, 0, 0, 0, 0, 0x04), int(1)],
])('sizes are exact numbers', (rows, columns) => {
  const matrix = inPlace(arrayHead({ fields: { shape: tuple(rows, columns) } }));
  expect(matrix).toBeDefined();
  if (!matrix) return;
  expect([rowBytes(matrix), fileBytes(matrix)].every(Number.isSafeInteger)).toBe(true);
});

test('rows and files have as many bytes as their items', () => {
  const matrix = { dtype: '>i4', rows: 10, columns: 3, offset: 240 };
  expect([rowBytes(matrix), fileBytes(matrix)]).toEqual([12, 240 + 120 + 1]);
});

test('any bytes whatever are an array in place, or none', () => {
  const starts = fc
    .constantFrom('', '\x80\x02', '\x80\x04', '\x80\x04\x95')
    .map((start) => Buffer.from(start, 'latin1'));
  const heads = fc.tuple(starts, fc.uint8Array({ maxLength: 600 })).map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(heads, (head) => inPlace(head) === undefined),
    { numRuns: 2000, seed: 2026 },
  );
});
