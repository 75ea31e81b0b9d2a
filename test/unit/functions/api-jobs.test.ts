import { describe, expect, it } from 'vitest';
import type { Job, JobState } from '../../../contracts/generated/types.ts';
import { openedState } from '../../../core/job.ts';
import { aChunk, aJob, aSummary, MODEL, NOW, SOURCE } from '../factories.ts';
import { anApi, aScore, JOB_ID } from './api-world.ts';

type Api = ReturnType<typeof anApi>;

const PATH = { path: { jobId: JOB_ID } };
const BODY = { bucket: SOURCE.bucket, key: SOURCE.key, model: MODEL.name };
const HELD = { held: { rows: 4, limit: 5, since: NOW } };
const ENDED = { status: 'completed', splitDone: true, rowsTotal: 4, endedAt: NOW } as const;

async function open({ ledger }: Api, state: Partial<JobState> = {}, changes: Partial<Job> = {}) {
  const job = aJob(changes);
  await ledger.openJob(job, { ...openedState(job), ...state });
}

describe('a job that is asked for', () => {
  it('is sent to intake once, and told where to ask', async () => {
    const api = anApi();
    const first = await api.call('POST /jobs', { body: BODY });
    expect(first).toMatchObject({ status: 202, headers: { location: `jobs/${JOB_ID}` } });
    expect(first.told).toMatchObject({ jobId: JOB_ID, status: 'requested' });
    expect(api.sent).toMatchObject([
      { type: 'start', source: SOURCE, model: MODEL.name, requestedBy: 'api:key1' },
    ]);
  });

  it('is the job that its drop has begun', async () => {
    const api = anApi();
    await open(api);
    const { told } = await api.call('POST /jobs', { body: BODY });
    expect([told.jobId, told.status, told.attempt]).toEqual([JOB_ID, 'running', 1]);
    expect(api.sent).toEqual([]);
  });

  it('is another one with a version of the model or a tolerance of its own', async () => {
    const api = anApi();
    const ids = [];
    for (const more of [{}, { version: 2 }, { toleratedErrors: 0.5 }])
      ids.push((await api.call('POST /jobs', { body: { ...BODY, ...more } })).told.jobId);
    expect(new Set(ids).size).toBe(3);
  });

  it.each<[string, object, number, string]>([
    ['of a foreign bucket', { bucket: 'elsewhere' }, 400, 'foreign_bucket'],
    ['of no object', { key: 'incoming/nothing.csv' }, 404, 'source_missing'],
    ['with no model', { model: 'house' }, 404, 'model_missing'],
    ['with no such version', { version: 9 }, 404, 'model_missing'],
    ['with a tolerance above all', { toleratedErrors: 2 }, 400, 'invalid_request'],
  ])('%s is refused', async (_, change, status, code) => {
    const api = anApi();
    const given = await api.call('POST /jobs', { body: { ...BODY, ...change } });
    expect([given.status, given.told.code]).toEqual([status, code]);
    expect(api.sent).toEqual([]);
  });

  it('is waited for as long as is preferred, and its first rows are told', async () => {
    const api = anApi();
    api.rows.push(aScore(0), aScore(1));
    api.clock.onSleep = () => void open(api, { ...ENDED, rowsTotal: 2 });
    const given = await api.call('POST /jobs', { body: BODY, headers: { prefer: 'respond-async, wait=10' } });
    expect([given.status, given.headers['preference-applied']]).toEqual([200, 'wait=10']);
    expect(given.told.predictions.map(({ row }: { row: number }) => row)).toEqual([0, 1]);
  });

  it.each([
    ['wait=3', 3],
    ['wait=600', 25],
    ['wait=0', 0],
  ])('is waited for no longer: %s', async (prefer, seconds) => {
    const api = anApi();
    const given = await api.call('POST /jobs', { body: BODY, headers: { prefer } });
    expect([given.status, given.headers['preference-applied']]).toEqual([202, `wait=${seconds}`]);
    expect(api.clock.now - Date.parse(NOW)).toBeLessThanOrEqual(seconds * 1000);
    expect(api.clock.now - Date.parse(NOW)).toBeGreaterThan(seconds * 1000 - 1000);
  });

  it('that failed before a row was read has no rows', async () => {
    const api = anApi();
    const reason = { code: 'not_text' as const, message: 'A PNG image.' };
    const { model: _, ...unpinned } = aJob();
    await api.ledger.openJob(unpinned, { ...openedState(unpinned), status: 'failed', reason });
    const { told } = await api.call('POST /jobs', { body: BODY, headers: { prefer: 'wait=1' } });
    expect(told).toMatchObject({ status: 'failed', predictions: [], job: { reason } });
    const { status, told: problem } = await api.call('GET /jobs/{jobId}/scores', PATH);
    expect([status, problem.code]).toEqual([409, 'nothing_scored']);
    expect(problem.detail).toContain('A PNG image.');
  });
});

describe('an attempt', () => {
  it('after a failed one is asked for by its number', async () => {
    const api = anApi();
    await open(api, { ...ENDED, status: 'completed_with_errors', chunksTotal: 1, chunksFailed: 1 });
    const { status, told } = await api.call('POST /jobs/{jobId}/retry', PATH);
    expect([status, told.status, told.attempt]).toEqual([202, 'requested', 2]);
    expect(api.sent).toEqual([{ type: 'retry', jobId: JOB_ID, attempt: 2 }]);
  });

  it.each<[string, 'retry' | 'cancel' | 'approve', Partial<JobState>, string]>([
    ['that runs is not retried', 'retry', {}, 'still_running'],
    ['with nothing left is not retried', 'retry', ENDED, 'nothing_to_retry'],
    ['that has ended is not cancelled', 'cancel', ENDED, 'has_ended'],
    ['that is held is not retried', 'retry', HELD, 'held'],
    ['that runs is not approved', 'approve', {}, 'not_held'],
    ['that has ended is not approved', 'approve', ENDED, 'not_held'],
  ])('%s', async (_, what, state, code) => {
    const api = anApi();
    await open(api, state);
    const { status, told } = await api.call(`POST /jobs/{jobId}/${what}`, PATH);
    expect([status, told.code, api.sent]).toEqual([409, code, []]);
  });

  it('of an empty file has nothing to retry', async () => {
    const api = anApi();
    const { header: _, ...job } = aJob();
    await api.ledger.openJob(job, { ...openedState(job), ...ENDED, rowsTotal: 0 });
    const { status, told } = await api.call('POST /jobs/{jobId}/retry', PATH);
    expect([status, told.code]).toEqual([409, 'nothing_to_retry']);
  });

  it('that runs is cancelled', async () => {
    const api = anApi();
    await open(api);
    expect((await api.call('POST /jobs/{jobId}/cancel', PATH)).told).toMatchObject({ status: 'running' });
    expect(api.sent).toEqual([{ type: 'cancel', jobId: JOB_ID, attempt: 1 }]);
  });
});

it('a held job is approved, and nobody waits for its end', async () => {
  const api = anApi();
  await open(api, HELD);
  const waited = await api.call('POST /jobs', { headers: { prefer: 'wait=25' }, body: BODY });
  expect([waited.status, waited.told.status, api.sent]).toEqual([202, 'held', []]);
  expect((await api.call('GET /jobs', { query: { status: 'held' } })).told.jobs).toHaveLength(1);
  expect((await api.call('GET /jobs/{jobId}/scores', PATH)).told.status).toBe('held');
  expect((await api.call('POST /jobs/{jobId}/approve', PATH)).told).toMatchObject({ status: 'held' });
  expect(api.sent).toEqual([{ type: 'approve', jobId: JOB_ID, attempt: 1 }]);
});

describe('one job', () => {
  it('is told with what came out', async () => {
    const api = anApi();
    await open(api, ENDED);
    const entry = api.entries.get(JOB_ID);
    if (entry) entry.summary = aSummary({ notes: ['A note.'] });
    const { told } = await api.call('GET /jobs/{jobId}', PATH);
    expect(told).toMatchObject({ status: 'completed', version: 2, notes: ['A note.'], source: SOURCE });
  });

  it.each(['', '/scores', '/errors'])('that is unknown has no %s', async (what) => {
    const { status, told } = await anApi().call(`GET /jobs/{jobId}${what}`, PATH);
    expect([status, told.code]).toEqual([404, 'no_such_job']);
  });

  it('of a chunk that is held open is running', async () => {
    const api = anApi();
    await open(api, { chunksTotal: 1, splitDone: true, remaining: 1, rowsTotal: 2 });
    await api.ledger.putChunk(aChunk());
    expect((await api.call('GET /jobs/{jobId}/scores', PATH)).told).toEqual({
      jobId: JOB_ID,
      status: 'running',
      scores: [],
    });
  });
});
