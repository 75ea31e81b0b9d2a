import { describe, expect, it } from 'vitest';
import type { Job, JobState } from '../../../contracts/generated/types.ts';
import { openedState } from '../../../core/job.ts';
import { aJob, MODEL, NOW } from '../factories.ts';
import { anApi, JOB_ID } from './api-world.ts';

type Api = ReturnType<typeof anApi>;

const ENDED = { status: 'completed', splitDone: true, rowsTotal: 4, endedAt: NOW } as const;

async function open({ ledger }: Api, state: Partial<JobState> = {}, changes: Partial<Job> = {}) {
  const job = aJob(changes);
  await ledger.openJob(job, { ...openedState(job), ...state });
}

describe('the list of jobs', () => {
  const many = async (count: number, state: (i: number) => Partial<JobState> = () => ({})) => {
    const api = anApi();
    for (let i = 0; i < count; i++) {
      const jobId = i.toString(16).padStart(24, '0');
      await open(api, { jobId, ...state(i) }, { jobId });
    }
    return api;
  };
  const pages = async (api: Api, query: Record<string, string>) => {
    const found: string[][] = [];
    for (let next: Record<string, string> | undefined = query; next; ) {
      const { told, headers } = await api.call('GET /jobs', { query: next });
      found.push(told.jobs.map(({ jobId }: { jobId: string }) => jobId));
      expect(headers.link).toBe(told.next && `<${told.next.slice('/jobs'.length)}>; rel="next"`);
      next = told.next && Object.fromEntries(new URLSearchParams(told.next.split('?')[1]));
    }
    return found;
  };

  it.each([
    [5, [2, 2, 1]],
    [4, [2, 2]],
    [0, [0]],
  ])('of %i comes in pages, each job once, also of the same moment', async (count, sizes) => {
    const found = await pages(await many(count), { limit: '2' });
    expect(found.map(({ length }) => length)).toEqual(sizes);
    expect(new Set(found.flat()).size).toBe(count);
  });

  it('goes on behind jobs that do not match', async () => {
    const api = await many(1100, (i) => (i === 0 ? ENDED : {}));
    const found = await pages(api, { status: 'completed' });
    expect(found).toEqual([[], [], ['0'.repeat(24)]]);
  });

  it('is by model where one is named', async () => {
    const api = await many(2);
    expect((await pages(api, { model: 'houses' })).flat()).toEqual([]);
    expect((await pages(api, { model: MODEL.name })).flat()).toHaveLength(2);
  });

  it.each(['x', `2026-99-99T99:99:99.999Z,${JOB_ID}`])('refuses the cursor %s', async (cursor) => {
    const { status, told } = await anApi().call('GET /jobs', { query: { cursor } });
    expect([status, told.errors[0].pointer]).toEqual([400, 'cursor']);
  });
});
