import type { ErrorCount } from '../../contracts/generated/types.ts';
import { compare, type Finding } from './finding.ts';

/** How many rows have each kind of error, by code and column. */
export type ErrorTally = Map<string, number>;

export const errorKind = ({ code, column }: Pick<ErrorCount, 'code' | 'column'>): string =>
  column === undefined ? code : `${code} in ${column}`;

export function tally(counts: readonly ErrorCount[]): ErrorTally {
  const kinds: ErrorTally = new Map();
  for (const count of counts) addTo(kinds, errorKind(count), count.rows);
  return kinds;
}

export function addTo(kinds: ErrorTally, kind: string, rows: number): void {
  kinds.set(kind, (kinds.get(kind) ?? 0) + rows);
}

/** Kinds of errors that a list had no room for. */
const OTHER = 'other';

/** A list of error counts by what was counted. */
export function compareErrors(
  about: 'chunk' | 'summary',
  listed: ErrorTally,
  counted: ErrorTally,
  by: string,
  place: { chunk?: number } = {},
): Finding[] {
  const who = about === 'chunk' ? 'ledger' : 'summary';
  const sum = (kinds: ErrorTally) => [...kinds.values()].reduce((rows, more) => rows + more, 0);
  const known = [...listed.keys()].filter((kind) => kind !== OTHER);
  const kinds = listed.has(OTHER) ? known : [...new Set([...listed.keys(), ...counted.keys()])];
  return [
    ...kinds.flatMap((kind) =>
      compare(
        about,
        `rows with ${kind}`,
        { [who]: listed.get(kind) ?? 0, [by]: counted.get(kind) ?? 0 },
        place,
      ),
    ),
    ...compare(about, 'rows with errors', { [who]: sum(listed), [by]: sum(counted) }, place),
  ];
}
