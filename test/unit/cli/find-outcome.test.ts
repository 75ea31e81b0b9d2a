import { expect, test } from 'vitest';
import type { RowSource } from '../../../cli/scores/row-source.ts';
import type { Chunk, Output, Score } from '../../../contracts/generated/types.ts';
import { openedState } from '../../../core/job.ts';
import { findOutcome } from '../../../core/scores/find-outcome.ts';
import { aChunk, aJob } from '../factories.ts';
import { aManifest } from './manifest.ts';

const RANKED = aChunk({ chunk: 1, statistics: { count: 1, top: [{ row: 7, value: 0.5 }] } });
const view = { job: aJob(), state: openedState(aJob()) };

function outcomeOf(output: Output, chunks: Chunk[], probabilities?: Record<string, number>) {
  const manifest = aManifest({ output });
  const some = async (rows: readonly number[]) =>
    rows.map((row) => ({ row, ...(probabilities && { probabilities }) }) as unknown as Score);
  const ledger = {
    async *chunksOf() {
      yield* chunks;
    },
  };
  return findOutcome(view, ledger, { manifest, some } as unknown as RowSource);
}

test('classes that the manifest leaves to the model are read from a scored row, in order', async () => {
  const shares = { '10': 0.1, '9': 0.2, a: 0.7 };
  expect(await outcomeOf({ kind: 'multiclass' }, [aChunk(), RANKED], shares)).toEqual({
    classNames: ['9', '10', 'a'],
    hasScore: true,
    hasLines: true,
  });
});

test('a job without a scored row has no classes to tell', async () => {
  expect(await outcomeOf({ kind: 'multiclass' }, [aChunk()])).toEqual({
    classNames: [],
    hasScore: true,
    hasLines: true,
  });
});

test('clusters have a score where a chunk has ranked its rows by one', async () => {
  const unranked = aChunk({ statistics: { count: 5, labels: { '0': 5 } } });
  expect((await outcomeOf({ kind: 'cluster' }, [unranked, RANKED])).hasScore).toBe(true);
  expect((await outcomeOf({ kind: 'cluster' }, [unranked, aChunk()])).hasScore).toBe(false);
});

test.each(['regression', 'embedding', 'multi'] as const)('a score stands beside no %s', async (kind) => {
  expect(await outcomeOf({ kind }, [RANKED])).toEqual({ classNames: [], hasScore: false, hasLines: true });
});
