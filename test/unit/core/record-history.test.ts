import { expect, test } from 'vitest';
import type { Score } from '../../../contracts/generated/types.ts';
import { recordHistory } from '../../../core/record-history.ts';

const PAGE = 100;

/** A record whose scores, newest first, are of these versions; `row` counts them. */
function aRecord(versions: readonly number[]) {
  let read = 0;
  const scores = {
    async *scoresOfRecord() {
      const all = versions.map((version, row) => ({ version, row }) as Score);
      for (let from = 0; from < all.length; from += PAGE) {
        const page = all.slice(from, from + PAGE);
        read += page.length;
        yield page;
      }
    },
  };
  const history = async (current: number | undefined, limit: number) => {
    const found = await recordHistory(scores, { model: 'm', recordId: 'a', current }, limit);
    return found.map(({ row }) => row);
  };
  return { history, read: () => read };
}

test('after a rollback the score that was rolled back is not on top', async () => {
  expect(await aRecord([2, 1]).history(1, 10)).toEqual([1, 0]);
});

test('the current version’s scores come first, newest first, then the others, newest first', async () => {
  expect(await aRecord([3, 2, 1, 3, 2, 1]).history(2, 10)).toEqual([1, 4, 0, 2, 3, 5]);
});

test('where none is current, the newest comes first', async () => {
  expect(await aRecord([3, 1, 2]).history(undefined, 2)).toEqual([0, 1]);
});

test('the current version’s score is found behind hundreds of others', async () => {
  const { history } = aRecord([...Array(950).fill(2), 1]);
  expect(await history(1, 2)).toEqual([950, 0]);
});

test('no more is read than it takes, and never more than a bound', async () => {
  const usual = aRecord(Array(1_000).fill(1));
  expect(await usual.history(1, 3)).toEqual([0, 1, 2]);
  expect(usual.read()).toBe(PAGE);
  const endless = aRecord(Array(20_000).fill(2));
  expect(await endless.history(1, 3)).toEqual([0, 1, 2]);
  expect(endless.read()).toBe(5_000);
});
