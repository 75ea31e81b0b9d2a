import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Job, JobState, Score } from '../../../contracts/generated/types.ts';
import { openedState } from '../../../core/job.ts';
import { aChunk, aJob, MODEL } from '../factories.ts';
import { anApi, aRefusedScore, aScore, JOB_ID, PINNED } from './api-world.ts';

type Api = ReturnType<typeof anApi>;
type Query = Record<string, string>;

const ENDED = { status: 'completed', splitDone: true } as const;
const FILES: Partial<Job> = {
  settings: { chunkRows: 2, chunkBytes: 1000, maxRecordBytes: 100, output: 'files' },
};
async function withRows(
  count: number,
  row: (row: number) => Score = aScore,
  job: Partial<Job> = {},
  changes = {},
) {
  const api = anApi(changes);
  api.rows.push(...Array.from({ length: count }, (_, i) => row(i)));
  const opened = aJob({ model: PINNED, ...job });
  const state: JobState = { ...openedState(opened), ...ENDED, rowsTotal: count };
  await api.ledger.openJob(opened, state);
  return api;
}

async function page(api: Api, query: Query, what = 'scores') {
  const { told, headers } = await api.call(`GET /jobs/{jobId}/${what}`, { path: { jobId: JOB_ID }, query });
  expect(headers.link).toBe(told.next && `<?${told.next.split('?')[1]}>; rel="next"`);
  return { rows: told.scores.map(({ row }: Score) => row), next: queryOf(told.next) };
}

const queryOf = (next: string | undefined): Query | undefined =>
  next === undefined ? undefined : Object.fromEntries(new URLSearchParams(next.split('?')[1]));

describe('rows of a job', () => {
  it('come in pages that end where the rows do', async () => {
    const api = await withRows(4);
    const first = await page(api, { limit: '2' });
    expect(first).toEqual({ rows: [0, 1], next: { from: '2', limit: '2', format: 'json' } });
    expect(await page(api, first.next ?? {})).toEqual({ rows: [2, 3], next: undefined });
    expect(await page(api, { from: '9' })).toEqual({ rows: [], next: undefined });
  });

  it('that are large make smaller pages, and one is always told', async () => {
    const passthrough = { note: 'x'.repeat(390_000) };
    const api = await withRows(9, (row) => aScore(row, { passthrough }));
    expect(await page(api, {})).toEqual({
      rows: [0, 1, 2, 3, 4, 5],
      next: { from: '6', limit: '100', format: 'json' },
    });
  });

  it('with errors are found among the others', async () => {
    const api = await withRows(6, (row) => (row % 2 ? aRefusedScore(row) : aScore(row)));
    expect(await page(api, { limit: '2' }, 'errors')).toMatchObject({ rows: [1, 3], next: { from: '5' } });
    expect(await page(api, { from: '5' }, 'errors')).toEqual({ rows: [5], next: undefined });
  });

  it('with errors go on behind a hundred thousand without', async () => {
    const api = await withRows(0);
    const entry = api.entries.get(JOB_ID);
    if (entry) entry.state.rowsTotal = 250_000;
    api.rows.push(aRefusedScore(249_999));
    const places: (string | undefined)[] = [];
    let [rows, next]: [number[], Query | undefined] = [[], {}];
    while (next) {
      ({ rows, next } = await page(api, next, 'errors'));
      places.push(next?.from);
    }
    expect([places, rows]).toEqual([['100000', '200000', undefined], [249_999]]);
  });

  it('are CSV where it is asked for, with the columns of the result files', async () => {
    const api = await withRows(2);
    const { body, headers } = await api.call('GET /jobs/{jobId}/scores', {
      path: { jobId: JOB_ID },
      query: { format: 'csv', limit: '1' },
    });
    expect(body).toBe('row,line,id,prediction,error_code,error_column,error_message\n0,2,00,0,,,\n');
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      link: '<?format=csv&limit=1&from=1>; rel="next"',
    });
  });

  it('of a joblib file have no line', async () => {
    const api = await withRows(1, aScore, { format: 'matrix' });
    const query = { format: 'csv' };
    const { body } = await api.call('GET /jobs/{jobId}/scores', { path: { jobId: JOB_ID }, query });
    expect(body).toMatch(/^row,id,/);
  });

  it('of a model that was replaced in place are no CSV', async () => {
    const api = await withRows(1, aScore, { model: { ...MODEL, manifestSha256: 'c'.repeat(64) } });
    const query = { format: 'csv' };
    const { told } = await api.call('GET /jobs/{jobId}/scores', { path: { jobId: JOB_ID }, query });
    expect(told.code).toBe('model_changed');
  });
});

describe('rows of a job that writes files only', () => {
  const part = (first: number) =>
    gzipSync(
      `row,line,id,prediction,error_code,error_column,error_message\n${first},2,a,0.5,,,\n${first + 1},3,b,,not_a_number,x,no\n`,
    );

  async function withFiles(
    parts: Record<number, Buffer>,
    statuses: ('done' | 'failed')[] = ['done', 'done'],
  ) {
    const api = anApi({
      readResult: async (key) => parts[Number(/part-(\d+)/.exec(key)?.[1])],
    });
    const job = aJob({ ...FILES, model: PINNED });
    await api.ledger.openJob(job, { ...openedState(job), ...ENDED, rowsTotal: 4 });
    for (const [chunk, status] of statuses.entries()) {
      const reference = { ...aChunk().reference, firstRow: chunk * 2 };
      await api.ledger.putChunk(aChunk({ chunk, status, reference }));
    }
    return api;
  }

  it('are read from them, a page at a time', async () => {
    const api = await withFiles({ 0: part(0), 1: part(2) });
    expect(await page(api, { from: '1', limit: '2' })).toMatchObject({ rows: [1, 2], next: { from: '3' } });
    expect(await page(api, {}, 'errors')).toEqual({ rows: [1, 3], next: undefined });
  });

  it('are left out where a chunk was written off', async () => {
    const api = await withFiles({ 1: part(2) }, ['failed', 'done']);
    expect(await page(api, {})).toEqual({ rows: [2, 3], next: undefined });
  });

  it('are told to be gone where they are', async () => {
    const api = await withFiles({});
    const { status, told } = await api.call('GET /jobs/{jobId}/scores', { path: { jobId: JOB_ID } });
    expect([status, told.code]).toEqual([409, 'results_missing']);
  });
});
