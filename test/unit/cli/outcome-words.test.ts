import { expect, test } from 'vitest';
import { outcomeWords } from '../../../cli/render/outcome-words.ts';
import type { Score } from '../../../contracts/generated/types.ts';
import { aJob, MODEL, NOW } from '../factories.ts';

const words = (outcome: Partial<Score>) =>
  outcomeWords({
    jobId: aJob().jobId,
    row: 0,
    line: 2,
    model: MODEL.name,
    version: 2,
    sourceTime: NOW,
    ...outcome,
  });

test.each<[Partial<Score>, string]>([
  [{ prediction: 0.123456789 }, '0.123457'],
  [{ prediction: false }, 'false'],
  [{ prediction: -1 }, '-1'],
  [{ outputs: { price: 1.23456789, size: 'large' } }, 'price=1.23457, size=large'],
  [{ vector: [0.1, -0.2, 0.333333333, 4] }, '[0.1, -0.2, 0.333333, …] 4 numbers'],
  [{ vector: [0.5] }, '[0.5] 1 number'],
  [{ error: { code: 'missing_value', message: 'empty', line: 2 } }, 'missing_value: empty'],
])('%j is told as %j', (outcome, text) => expect(words(outcome)).toBe(text));
