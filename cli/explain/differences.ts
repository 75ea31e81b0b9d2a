import type { Prediction, Score } from '../../contracts/generated/types.ts';
import { scoreAsJson } from '../../core/scores/score-columns.ts';

/** Relative: the row was scored among others then, and by itself now. */
const TOLERANCE = 1e-6;

type Value = number | string | boolean | undefined;

/** Where a row that is scored once more comes out otherwise than its job stored it; empty where it does not, as it should. */
export function differences(stored: Score, found: Prediction): string[] {
  const before = scoreAsJson(stored);
  const pairs: [string, Value, Value][] = [
    ['error', before.error?.code, found.error?.code],
    ['prediction', before.prediction, found.prediction],
    ['score', before.score, found.score],
    ['tier', before.tier, found.tier],
    ...namesOf(before.outputs, found.outputs).map((name): [string, Value, Value] => [
      `output ${name}`,
      before.outputs?.[name],
      found.outputs?.[name],
    ]),
  ];
  return pairs
    .filter(([, ours, theirs]) => !agree(ours, theirs))
    .map(([what, ours, theirs]) => `${what} ${ours ?? 'none'} then, ${theirs ?? 'none'} now`);
}

const namesOf = (...maps: (object | undefined)[]) => [
  ...new Set(maps.flatMap((map) => Object.keys(map ?? {}))),
];

function agree(ours: Value, theirs: Value): boolean {
  if (ours === theirs) return true;
  // A regression's number outside DynamoDB's range is stored as a decimal text.
  const [a, b] = [ours, theirs].map(Number) as [number, number];
  const isNumber = typeof theirs === 'number' && ours !== undefined && ours !== '';
  return isNumber && Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}
