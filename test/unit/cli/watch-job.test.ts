import { expect, test } from 'vitest';
import { type WatchOptions, watchJob } from '../../../cli/watch/watch-job.ts';
import { type JobView, openedState } from '../../../core/job.ts';
import { aJob } from '../factories.ts';

const job = aJob();
const running: JobView = { job, state: openedState(job) };
const completed: JobView = { job, state: { ...running.state, status: 'completed' } };

/** Answers the views in turn, the last one for ever, on a clock that only sleeping moves. */
function watching(views: (JobView | undefined)[], limits: Partial<WatchOptions> = {}) {
  let now = 0;
  let asked = 0;
  const seen: string[] = [];
  const watched = watchJob(job.jobId, {
    readJob: async () => views[Math.min(asked++, views.length - 1)],
    clock: {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    },
    opensWithinMs: 15_000,
    onWaiting: () => seen.push('waiting'),
    onProgress: () => seen.push('progress'),
    ...limits,
  });
  return { watched, seen, elapsed: () => now };
}

test('waits for the job to be opened, shows its progress, and ends with it', async () => {
  const { watched, seen } = watching([undefined, running, running, completed]);
  await expect(watched).resolves.toBe(completed);
  expect(seen).toEqual(['waiting', 'progress', 'progress']);
});

test('ends with a job that is held: it waits for a person', async () => {
  const held: JobView = { job, state: { ...running.state, held: { rows: 4, limit: 5, since: '' } } };
  const { watched, seen } = watching([running, held]);
  await expect(watched).resolves.toBe(held);
  expect(seen).toEqual(['progress']);
});

test('a job that has ended needs no waiting', async () => {
  const { watched, seen, elapsed } = watching([completed]);
  await expect(watched).resolves.toBe(completed);
  expect([seen, elapsed()]).toEqual([[], 0]);
});

test('a job that is never opened is told after a while', async () => {
  const { watched, elapsed } = watching([undefined]);
  await expect(watched).rejects.toMatchObject({ code: 'job_not_opened' });
  expect(elapsed()).toBeGreaterThanOrEqual(15_000);
});

test('the time-out holds exactly, and says that the job goes on', async () => {
  const { watched, elapsed } = watching([running], { timeoutMs: 10_000 });
  await expect(watched).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringContaining('It goes on'),
  });
  expect(elapsed()).toBe(10_000);
});

test('within the time-out, a job that is not there is not said to go on', async () => {
  const { watched } = watching([undefined], { timeoutMs: 1_000 });
  await expect(watched).rejects.toMatchObject({ code: 'job_not_opened' });
});
