import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison, JobsComparison, Output } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { compareRows } from '../../../core/comparison/compare-rows.ts';
import { jobsFiguresOf, NO_JOBS, wholeJobsComparison, withJob } from '../../../core/comparison/jobs.ts';
import { wholeComparison } from '../../../core/comparison/merge.ts';
import { sketchOf } from '../../../core/comparison/sketch.ts';
import { NOW } from '../factories.ts';

const ITEM_BYTES = 400 * 1024;
const OUTPUT: Output = { kind: 'binary', classes: ['no', 'yes'], tiers: [{ name: 'high', from: 0.5 }] };
const EARLIER = 'a'.repeat(24);
const idOf = (job: number) => job.toString(16).padStart(24, '0');

/** Of a job with these scores before and after, from a row on. */
async function compared(rows: readonly [number, number][], from = 0): Promise<Comparison> {
  const scores = async function* (side: 0 | 1) {
    yield rows.map((shares, i) => {
      const score = shares[side];
      const identity = { jobId: EARLIER, row: from + i, model: 'm', version: 1, sourceTime: NOW };
      const prediction = score < 0.5 ? 'no' : 'yes';
      return { ...identity, score, prediction, ...(score >= 0.5 && { tier: 'high' }) };
    });
  };
  return wholeComparison(await compareRows(EARLIER, scores(0), scores(1), OUTPUT));
}

const merged = (comparisons: readonly Comparison[]): JobsComparison =>
  wholeJobsComparison(comparisons.reduce((jobs, one, i) => withJob(jobs, idOf(i), one), NO_JOBS));

const share = fc.double({ min: 0, max: 1, noNaN: true }).map((x) => (x < 1e-50 ? 0 : x));
const jobs = fc.array(fc.array(fc.tuple(share, share), { maxLength: 30 }), { maxLength: 8 });

describe('what changed over many jobs', () => {
  it('is what a comparison of all their rows would tell', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, async (each) => {
        const whole = merged(await Promise.all(each.map((rows) => compared(rows))));
        const { jobId, moved, difference: exact, ...counts } = await compared(each.flat());
        const { difference } = whole;
        expect(whole).toMatchObject(each.length > 0 ? counts : { jobs: 0 });
        expect(difference?.sketch).toEqual(exact?.sketch);
        expect(difference?.quantiles).toEqual(exact?.quantiles);
        if (exact?.mean !== undefined) expect(difference?.mean).toBeCloseTo(exact.mean, 12);
        expect(whole.moved?.map(({ before, after }) => Math.abs(after - before))).toEqual(
          moved?.map(({ before, after }) => Math.abs(after - before)),
        );
        parseContract('jobs-comparison', whole);
        parseContract('jobs-comparison-figures', jobsFiguresOf(whole));
      }),
    );
  });

  it('names the rows that moved most by job and row, and the jobs that shifted most for their rows', async () => {
    const little = Array.from({ length: 40 }, (_, i): [number, number] => [0.25, i < 4 ? 0.35 : 0.25]);
    const whole = merged([
      await compared([[0.5, 0.5]]),
      await compared([
        [0.1, 0.1],
        [0.1, 0.9],
      ]),
      await compared(little),
    ]);
    expect(whole.moved?.slice(0, 2)).toEqual([
      { jobId: idOf(1), row: 1, before: 0.1, after: 0.9 },
      { jobId: idOf(2), row: 0, before: 0.25, after: 0.35 },
    ]);
    expect(whole.shifted?.map(({ jobId }) => jobId)).toEqual([idOf(2), idOf(1)]);
    expect(whole.shifted?.[1]?.figures).toMatchObject({ jobId: EARLIER, rowsInCommon: 2 });
    expect(jobsFiguresOf(whole)).toMatchObject({ jobs: 3, rowsInCommon: 43, tierChangedShare: 1 / 43 });
  });

  it('leaves other bins than the first job’s out of the index alone', async () => {
    const one = await compared([[0.1, 0.9]]);
    const other = await compared([[0.1, 0.9]]);
    const histograms = { edges: [0, 1], before: [0, 1, 0], after: [0, 1, 0] };
    const whole = merged([one, { ...other, histograms }, one]);
    expect(whole).toMatchObject({ jobs: 3, otherBins: 1, rowsInCommon: 3, difference: { count: 3 } });
    expect(whole.psi).toBe(merged([one, one]).psi);
    parseContract('jobs-comparison', whole);
  });

  it('fits into an item between any two jobs, whatever their labels', () => {
    const spread = sketchOf(Array.from({ length: 8000 }, (_, i) => (i % 2 ? 1 : -1) * 10 ** (i / 100 - 40)));
    let whole = NO_JOBS;
    for (let job = 0; job < 20; job++) {
      const cells = Array.from({ length: 500 }, (_, i) => ({
        before: `${job}-${i}`.padEnd(35, 'é'),
        after: 'b'.repeat(15),
        rows: 1,
      }));
      const changes = { changed: 500, cells };
      const rows = { rowsInCommon: 500, rowsOnlyBefore: 0, rowsOnlyAfter: 0 };
      const difference = { count: 500, sketch: spread };
      const part = { jobId: EARLIER, ...rows, difference, labels: changes, tiers: changes };
      whole = withJob(whole, idOf(job), part);
      parseContract('jobs-comparison', whole);
      expect(Buffer.byteLength(JSON.stringify(marshall(whole)))).toBeLessThan(ITEM_BYTES);
    }
    expect(whole).toMatchObject({ jobs: 20, labels: { changed: 10_000 } });
  });
});
