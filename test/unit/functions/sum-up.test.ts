import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { openedState } from '../../../core/job.ts';
import { jobId } from '../../../core/keys.ts';
import { rescoreEvent } from '../../../core/rescore/run.ts';
import { type RescoreDependencies, rescore } from '../../../functions/rescore/rescore.ts';
import { aJob, aSummary, MODEL, NOW } from '../factories.ts';
import { aPast, RUN_ID } from './rescore-world.ts';

/** Three steps of twenty-five. */
const JOBS = 60;
const FILES = Array.from({ length: JOBS }, (_, i) => ({ file: `${String(i).padStart(3, '0')}.csv` }));
const COMPARED = JOBS - 2;
const CONTINUE = { type: 'continue', runId: RUN_ID } as const;

/** Of one row, which moved from the 0.1s to the 0.9s. */
const comparison: Comparison = {
  ...{ jobId: 'a'.repeat(24), rowsInCommon: 1, rowsOnlyBefore: 0, rowsOnlyAfter: 0 },
  histograms: { edges: [0, 0.5, 1], before: [0, 1, 0, 0], after: [0, 0, 1, 0] },
  moved: [{ row: 0, before: 0.1, after: 0.9 }],
};

/** A run whose jobs have all ended: the first failed, the second has no comparison. */
async function ended(changes: Partial<RescoreDependencies> = {}) {
  const world = await aPast(FILES, changes);
  await world.begin();
  for (const [i, { source }] of world.sent.entries()) {
    const object = { bucket: source.bucket, key: source.key, versionId: source.versionId ?? '' };
    const job = aJob({ jobId: jobId(object, MODEL.name, RUN_ID), source: object, runId: RUN_ID });
    const status = i === 0 ? 'failed' : 'completed';
    await world.ledger.openJob(job, { ...openedState(job), status });
    const entry = world.entries.get(job.jobId) ?? expect.unreachable();
    entry.summary = aSummary({ jobId: job.jobId, ...(i !== 1 && { comparison }) });
    await world.runs.countJob(RUN_ID, { jobId: job.jobId, status, attempt: 1 }, NOW);
  }
  return world;
}

type World = Awaited<ReturnType<typeof ended>>;

async function expectWhole(world: World): Promise<void> {
  const run = await world.run();
  expect(run).toMatchObject({ status: 'completed_with_failures', jobsCompleted: JOBS - 1, jobsFailed: 1 });
  const summary = await world.runs.readRunSummary(RUN_ID);
  parseContract('run-summary', summary);
  expect(summary).not.toHaveProperty('checkpoint');
  expect(summary).toMatchObject({ uncompared: 1, comparison: { jobs: COMPARED, rowsInCommon: COMPARED } });
  expect(summary?.comparison.histograms?.after).toEqual([0, 0, COMPARED, 0]);
  expect(summary?.comparison.moved).toHaveLength(10);
  expect(run.comparison).toMatchObject({ jobs: COMPARED, psi: summary?.comparison.psi });
  parseContract('rescore-event', rescoreEvent(run));
  expect(rescoreEvent(run).comparison).toEqual(run.comparison);
}

const POINTS = ['beginSummary', 'readRunSummary', 'advanceSummary', 'completeRun'] as const;

describe('the summary of a run', () => {
  it('merges the comparisons of its jobs, and ends it', async () => {
    const world = await ended();
    await rescore(CONTINUE, world.dependencies);
    await expectWhole(world);
  });

  it('waits for the last of them', async () => {
    const world = await aPast(FILES);
    await world.begin();
    await rescore(CONTINUE, world.dependencies);
    expect([(await world.run()).status, await world.runs.readRunSummary(RUN_ID)]).toEqual([
      'running',
      undefined,
    ]);
  });

  it.each(POINTS)('counts each job once where it is killed at or behind %s', async (point) => {
    for (const isBefore of [true, false])
      for (let nth = 1; nth <= 3; nth++) {
        const world = await ended();
        const work = world.runs[point] as (...args: unknown[]) => Promise<unknown>;
        let calls = 0;
        const dying = async (...args: unknown[]) => {
          const dies = ++calls === nth;
          if (dies && isBefore) throw new Error('killed');
          const result = await work(...args);
          if (dies) throw new Error('killed');
          return result;
        };
        const runs = { ...world.runs, [point]: dying };
        await rescore(CONTINUE, { ...world.dependencies, runs }).catch(() => {});
        await rescore(CONTINUE, world.dependencies);
        await expectWhole(world);
      }
  });

  it('counts each job once where it is delivered twice at a time', async () => {
    const world = await ended();
    await Promise.all([1, 2, 3].map(() => rescore(CONTINUE, world.dependencies)));
    await rescore(CONTINUE, world.dependencies);
    await expectWhole(world);
  });

  it('goes on by a message to itself when its time is over', async () => {
    let left = Number.POSITIVE_INFINITY;
    const world = await ended({ timeLeft: () => (--left > 0 ? 60_000 : 0) });
    left = 2;
    await rescore(CONTINUE, world.dependencies);
    expect(world.continued).toEqual([[RUN_ID, 0]]);
    expect(await world.runs.readRunSummary(RUN_ID)).toHaveProperty('checkpoint');
    left = 100;
    await rescore(CONTINUE, world.dependencies);
    await expectWhole(world);
  });

  it('is left as it is by a cancellation, and by a retry of a job that comes then', async () => {
    let left = Number.POSITIVE_INFINITY;
    const world = await ended({ timeLeft: () => (--left > 0 ? 60_000 : 0) });
    left = 2;
    await rescore(CONTINUE, world.dependencies);
    const [one] = world.sent;
    const id = jobId({ ...one?.source, versionId: 'v1' } as never, MODEL.name, RUN_ID);
    const counted = await world.runs.countJob(RUN_ID, { jobId: id, status: 'completed', attempt: 2 }, NOW);
    expect(counted).toBe(false);
    await rescore({ type: 'cancel', runId: RUN_ID }, world.dependencies);
    left = 100;
    await rescore(CONTINUE, world.dependencies);
    expect((await world.run()).status).toBe('cancelled');
    expect((await world.runs.readRunSummary(RUN_ID))?.comparison.jobs).toBeLessThan(COMPARED);
  });
});
