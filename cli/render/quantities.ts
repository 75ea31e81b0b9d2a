/** Words for numbers, the same everywhere in the CLI. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6, useGrouping: false });

export const count = (value: number): string => grouped.format(value);

export const counted = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Six significant digits: for people. What programs read is exact. */
export function approximately(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e9) ? value.toExponential(3) : short.format(value);
}

/** Two digits that mean something: `$1.3`, `$0.00081`, `$120`. */
export function dollars(amount: number): string {
  if (amount === 0) return '$0';
  if (amount >= 10) return `$${grouped.format(amount)}`;
  const decimals = Math.max(2, 1 - Math.floor(Math.log10(amount)));
  return `$${amount.toFixed(decimals)}`;
}

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${padded(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${padded(minutes % 60)} min`;
}

const SIZES = ['bytes', 'KB', 'MB', 'GB', 'TB'];

export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  for (; size >= 1000 && unit < SIZES.length - 1; unit++) size /= 1000;
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${SIZES[unit]}`;
}

export const rate = (rowsPerSecond: number): string =>
  `${rowsPerSecond < 10 ? rowsPerSecond.toFixed(1) : count(rowsPerSecond)} rows/s`;

/** ISO 8601 UTC as people read it: `2026-11-20 19:00:05 UTC`. */
export const moment = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

const padded = (value: number) => String(value).padStart(2, '0');
