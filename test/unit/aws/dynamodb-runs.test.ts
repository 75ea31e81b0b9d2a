import { expect, it } from 'vitest';
import { PAGE, runOfMany } from '../many-jobs.ts';

const JOBS = 10_000;

it('10,000 past jobs are asked for, and summed up, without a scan and with as many requests as there are pages', async () => {
  const { goOn, run, endJobs, requests, counts, summary } = await runOfMany(JOBS);
  await goOn();
  expect(run()).toMatchObject({ status: 'running', found: JOBS, sent: JOBS, listed: true });
  // Twenty queries of the index, 200 steps of fifty, a HEAD each: nothing grows with what went before.
  expect([...requests]).toEqual([[`QueryCommand by-model, ${PAGE}`, JOBS / PAGE]]);
  expect(counts).toMatchObject({ sent: JOBS, heads: JOBS, reads: 200, mostRead: 50, listingSteps: 200 });

  endJobs();
  await goOn();
  expect(run()).toMatchObject({ status: 'completed', comparison: { jobs: JOBS, rowsInCommon: JOBS } });
  expect(requests.get(`QueryCommand table, ${PAGE}`)).toBe(JOBS / PAGE);
  expect(requests.size).toBe(2);
  expect(counts).toMatchObject({ summarySteps: 400, summaries: JOBS });
  expect((await summary())?.comparison).toMatchObject({ labels: { changed: JOBS } });
});
