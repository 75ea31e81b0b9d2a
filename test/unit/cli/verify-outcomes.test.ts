import { expect, it } from 'vitest';
import { findingLine } from '../../../cli/verify/report.ts';
import { compareOutcomes } from '../../../cli/verify/same-outcome.ts';
import type { RowError, Score } from '../../../contracts/generated/types.ts';
import { aScore } from './verify-world.ts';

const lines = (item: Partial<Score>, file: Partial<Score>) =>
  compareOutcomes(aScore(0, item), aScore(0, file), {}).map(findingLine);

const LONG = 'x'.repeat(2100);
const error = (code: RowError['code']): RowError => ({ code, message: 'why' });

it.each<[string, Partial<Score>, Partial<Score>]>([
  ['minus zero', { score: 0 }, { score: -0 }],
  ['a double that DynamoDB holds as text', { score: '1e-200' }, { score: 1e-200 }],
  ['a class that is a truth', { prediction: true }, { prediction: 'true' }],
  ['a class that is a number', { prediction: 1 }, { prediction: '1.0' }],
  ['a float32', { vector: [0.1] }, { vector: [0.10000000149011612] }],
  ['an empty text and none', { passthrough: { note: '' } }, {}],
  ['an empty id and none', { recordId: '' }, { recordId: undefined as never }],
  [
    'an id that no key holds',
    { recordId: undefined as never, error: error('id_too_long') },
    { recordId: LONG, error: error('id_too_long') },
  ],
  [
    'texts that fill an item',
    { error: error('item_too_large') },
    { error: error('item_too_large'), passthrough: { note: LONG } },
  ],
])('%s is the same in both', (_, item, file) => {
  expect(lines(item, file)).toEqual([]);
});

it.each<[string, Partial<Score>, Partial<Score>, string]>([
  [
    'a label with leading zeros',
    { prediction: '007' },
    { prediction: '7' },
    'file prediction differs: item 007, file 7',
  ],
  ['zero and none', { score: 0 }, {}, 'file score differs: item 0, file none'],
  [
    'an empty label and zero',
    { prediction: '' },
    { prediction: 0 },
    'file prediction differs: item , file 0',
  ],
  [
    'an id that a key holds',
    { recordId: undefined as never, error: error('missing_id') },
    { error: error('missing_id') },
    'file id differs: item none, file P0',
  ],
  [
    'a number of a vector',
    { vector: [1, 2] },
    { vector: [1, 3] },
    'file vector differs: item [1,2], file [1,3]',
  ],
  [
    'one of several outputs',
    { outputs: { a: 1, b: 2 } },
    { outputs: { a: 1 } },
    'file output b differs: item 2, file none',
  ],
  [
    'a text that is passed through',
    { passthrough: { note: 'a' } },
    { passthrough: { note: 'b' } },
    'file text of note differs: item a, file b',
  ],
  ['a line', { line: 2 }, { line: 3 }, 'file line differs: item 2, file 3'],
])('%s is not', (_, item, file, line) => {
  expect(lines(item, file)).toEqual([line]);
});
