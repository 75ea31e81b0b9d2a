import { expect, test } from 'vitest';
import { findClassNames } from '../../../cli/scores/find-class-names.ts';
import type { RowSource } from '../../../cli/scores/row-source.ts';
import type { Chunk, Score } from '../../../contracts/generated/types.ts';
import { openedState } from '../../../core/job.ts';
import { aChunk, aJob } from '../factories.ts';
import { aManifest } from './manifest.ts';

const view = { job: aJob(), state: openedState(aJob()) };

function namesOf(chunks: Chunk[], probabilities: Record<string, number>) {
  const manifest = aManifest({ output: { kind: 'multiclass' } });
  const some = async (rows: readonly number[]) =>
    rows.map((row) => ({ row, probabilities }) as unknown as Score);
  const ledger = {
    async *chunksOf() {
      yield* chunks;
    },
  };
  return findClassNames(view, ledger, { manifest, some } as unknown as RowSource);
}

test('classes that the manifest leaves to the model are read from a scored row, in order', async () => {
  const scored = aChunk({ chunk: 1, statistics: { count: 1, top: [{ row: 7, value: 0.5 }] } });
  expect(await namesOf([aChunk(), scored], { '10': 0.1, '9': 0.2, a: 0.7 })).toEqual(['9', '10', 'a']);
});

test('a job without a scored row has no classes to tell', async () => {
  expect(await namesOf([aChunk()], {})).toEqual([]);
});
