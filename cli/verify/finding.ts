import { isDeepStrictEqual } from 'node:util';

/** What is compared, in the order in which it is shown. */
export const SUBJECTS = [
  'source',
  'chunk',
  'item',
  'file',
  'counter',
  'summary',
  '_SUCCESS',
  'status',
] as const;
export type Subject = (typeof SUBJECTS)[number];

/** One thing that does not hold. What is `differs` has both sides in `values`, by who says so. */
export interface Finding {
  about: Subject;
  kind: 'missing' | 'unexpected' | 'differs' | 'unreadable';
  chunk?: number;
  row?: number;
  /** Of a run of rows from `row` on. */
  rowCount?: number;
  what?: string;
  values?: Record<string, unknown>;
}

export type Place = Pick<Finding, 'chunk' | 'row' | 'rowCount'>;

/** How many were compared, of each. */
export type Compared = Record<Subject, number>;

export const nothingCompared = (): Compared =>
  Object.fromEntries(SUBJECTS.map((subject) => [subject, 0])) as Compared;

const NONE: readonly Finding[] = [];

/** A finding where the two values are not the same. */
export function compare(
  about: Subject,
  what: string,
  values: Record<string, unknown>,
  place: Place = {},
): readonly Finding[] {
  const [one, other] = Object.values(values);
  return isDeepStrictEqual(one, other) ? NONE : [{ about, kind: 'differs', ...place, what, values }];
}

/** A finding where something is not there that must be, or there and must not be. */
export function comparePresence(
  about: Subject,
  what: string,
  { isThere, mustBe }: { isThere: boolean; mustBe: boolean },
  place: Place = {},
): readonly Finding[] {
  return isThere === mustBe ? NONE : [{ about, kind: mustBe ? 'missing' : 'unexpected', ...place, what }];
}
