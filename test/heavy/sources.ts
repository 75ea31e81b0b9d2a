import { breastCancer } from '../../bench/sources.ts';

const MOST_ROWS = 20;

/** A source of a few rows; every other one has exactly one. */
export function smallSource(number: number): { file: string; rows: number; body: string } {
  const rows = number % 2 === 0 ? 1 : 2 + (number % (MOST_ROWS - 1));
  const name = `small-${number}`;
  return {
    file: `${name}.csv`,
    rows,
    body: `${breastCancer.header}\n${breastCancer.records(name, 0, rows)}`,
  };
}
