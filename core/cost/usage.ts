import type { Usage } from '../../contracts/generated/types.ts';

export const NO_USAGE: Usage = {
  rowWriteUnits: 0,
  indexWriteUnits: 0,
  ledgerWriteUnits: 0,
  readUnits: 0,
  s3Puts: 0,
  s3Gets: 0,
  sqsRequests: 0,
  lambdaRequests: 0,
  lambdaGbSeconds: 0,
  events: 0,
};

const KINDS = Object.keys(NO_USAGE) as (keyof Usage)[];

export const addUsage = (one: Usage, other: Partial<Usage>): Usage =>
  eachKind((kind) => one[kind] + (other[kind] ?? 0));

export const timesUsage = (usage: Usage, times: number): Usage => eachKind((kind) => usage[kind] * times);

/** Without the noise of added fractions. */
export const roundedUsage = (usage: Usage): Usage => eachKind((kind) => Number(usage[kind].toFixed(6)));

const eachKind = (count: (kind: keyof Usage) => number): Usage =>
  Object.fromEntries(KINDS.map((kind) => [kind, count(kind)])) as unknown as Usage;
