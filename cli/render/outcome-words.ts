import type { Score } from '../../contracts/generated/types.ts';
import { approximately, counted } from './quantities.ts';

const NUMBERS_SHOWN = 3;

/** What came of a row, for people: its prediction, its outputs by name, the beginning of its vector, or its error. */
export function outcomeWords({ prediction, outputs, vector, error }: Score): string {
  if (error) return `${error.code}: ${error.message}`;
  if (vector) return vectorWords(vector);
  if (outputs)
    return Object.entries(outputs)
      .map(([name, value]) => `${name}=${valueWords(value)}`)
      .join(', ');
  return valueWords(prediction ?? '');
}

const valueWords = (value: number | string | boolean): string =>
  typeof value === 'number' ? approximately(value) : String(value);

function vectorWords(vector: readonly number[]): string {
  const first = vector.slice(0, NUMBERS_SHOWN).map(approximately);
  const more = vector.length > NUMBERS_SHOWN ? ['…'] : [];
  return `[${[...first, ...more].join(', ')}] ${counted(vector.length, 'number')}`;
}
