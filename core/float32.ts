const BYTES = 4;
/** A float32 has 24 bits: six decimal digits always survive it, and nine always tell it from its neighbours. */
const FEWEST_DIGITS = 6;
const MOST_DIGITS = 9;
const LEAST_NORMAL = 2 ** -126;
/** Powers of ten that a double holds exactly: a whole number over one of them is the double nearest to the decimal. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/**
 * A vector as items hold it: little-endian float32. Each number is the shortest decimal that reads back to the same float32,
 * as the predictor's result files have it: 0.1, where the float32 widened to a double would read 0.10000000149011612.
 */
export function float32Vector(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / BYTES }, (_, i) =>
    shortest(view.getFloat32(i * BYTES, true)),
  );
}

function shortest(value: number): number {
  const size = Math.abs(value);
  if (size === 0) return 0;
  for (let digits = size < LEAST_NORMAL ? 1 : FEWEST_DIGITS; digits < MOST_DIGITS; digits++) {
    const short = rounded(value, size, digits);
    if (Math.fround(short) === value) return short;
  }
  return rounded(value, size, MOST_DIGITS);
}

function rounded(value: number, size: number, digits: number): number {
  const power = POWERS[digits - 1 - Math.floor(Math.log10(size))];
  return power === undefined ? Number(value.toPrecision(digits)) : Math.round(value * power) / power;
}
