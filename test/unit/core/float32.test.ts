import fc from 'fast-check';
import { expect, test } from 'vitest';
import { float32Vector } from '../../../core/float32.ts';

const bytesOf = (values: readonly number[]) => {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => {
    view.setFloat32(i * 4, value, true);
  });
  return new Uint8Array(view.buffer);
};

test.each([
  [0.1, 0.1],
  [1 / 3, 0.33333334],
  [-2 / 3, -0.6666667],
  [1304 / 1000, 1.304],
  [16_777_217, 16_777_216],
  [1e-10, 1e-10],
  [1e-45, 1e-45],
  [3.4028234663852886e38, 3.4028235e38],
  [-0, 0],
])('the float32 of %d is told as %d, as numpy writes it', (value, shortest) => {
  expect(float32Vector(bytesOf([value]))).toEqual([shortest]);
});

test('every float32 reads back to itself, and no shorter decimal does', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const [told = Number.NaN] = float32Vector(bytesOf([value]));
      expect(Math.fround(told) + 0).toBe(value + 0);
      const digits = told.toExponential().replace(/e.*|\D/g, '').length;
      for (let fewer = 1; fewer < digits; fewer++)
        expect(Math.fround(Number(value.toPrecision(fewer)))).not.toBe(value);
    }),
    { numRuns: 2000 },
  );
});

test('a vector is read where it lies in a larger buffer', () => {
  const padded = new Uint8Array([9, ...bytesOf([1.5, -2])]);
  expect(float32Vector(padded.subarray(1))).toEqual([1.5, -2]);
  expect(float32Vector(new Uint8Array())).toEqual([]);
});
