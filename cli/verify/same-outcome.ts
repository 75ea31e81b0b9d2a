import type { Score } from '../../contracts/generated/types.ts';
import { recordPartition } from '../../core/keys.ts';
import type { Finding, Place } from './finding.ts';

/** The longest key that DynamoDB takes: items leave longer ids out. */
const KEY_BYTES = 2048;

type Value = number | string | boolean | undefined;

/** Where a row's item and its line of the result file say different things. Most rows have nothing, so it is quick about them. */
export function compareOutcomes(item: Score, file: Score, place: Place): Finding[] {
  const findings: Finding[] = [];
  const check = (what: string, ours: Value, theirs: Value) => {
    if (!isSame(ours, theirs))
      findings.push({
        about: 'file',
        kind: 'differs',
        ...place,
        what,
        values: { item: ours ?? null, file: theirs ?? null },
      });
  };
  const checkEach = (what: string, ours: Values = {}, theirs: Values = {}) => {
    for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
      check(`${what} ${name}`, ours[name], theirs[name]);
  };
  check('line', item.line, file.line);
  if (!isTooLong(item, file)) check('id', item.recordId, file.recordId);
  check('error code', item.error?.code, file.error?.code);
  check('error column', item.error?.column, file.error?.column);
  check('error message', item.error?.message, file.error?.message);
  check('prediction', item.prediction, file.prediction);
  check('score', item.score, file.score);
  check('tier', item.tier, file.tier);
  if (item.probabilities || file.probabilities)
    checkEach('probability of', item.probabilities, file.probabilities);
  if (item.outputs || file.outputs) checkEach('output', item.outputs, file.outputs);
  if (item.vector || file.vector) check('vector', vectorText(item), vectorText(file));
  // Where the texts of a refused row fill more than an item, it leaves them out.
  if (item.passthrough || !item.error) checkEach('text of', item.passthrough, file.passthrough);
  return findings;
}

type Values = Readonly<Record<string, number | string | boolean>>;

/**
 * A file is text: a number in it is the same double as the item's, to the last bit, and an empty cell is an empty text, or
 * none.
 */
function isSame(ours: Value, theirs: Value): boolean {
  if (ours === theirs) return true;
  if (typeof ours === 'number' || typeof theirs === 'number')
    return isNumeral(ours) && isNumeral(theirs) && Number(ours) === Number(theirs);
  return String(ours ?? '') === String(theirs ?? '');
}

/** Doubles outside DynamoDB's range are decimal texts in items. */
const isNumeral = (value: Value): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');

/** Numbers of a vector are float32. */
const vectorText = ({ vector }: Score): string | undefined => vector && `[${vector.map(Math.fround).join()}]`;

function isTooLong(item: Score, { recordId = '' }: Score): boolean {
  if (item.recordId !== undefined || !item.error) return false;
  return Buffer.byteLength(recordPartition(item.model, recordId)) > KEY_BYTES;
}
