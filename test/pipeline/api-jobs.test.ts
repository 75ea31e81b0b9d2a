import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import { beforeAll, describe, expect, it } from 'vitest';
import { putObject } from '../../aws/s3-objects.ts';
import type { Score } from '../../contracts/generated/types.ts';
import { jobId } from '../../core/keys.ts';
import { theApi } from './api-client.ts';
import { aLostJob } from './lost-job.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const model = 'breast-cancer';
const CSV = readFileSync('sample-data/breast_cancer.csv');
const ROWS = 569;

const call = theApi();
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await thePipeline();
});

/** Waits for a job by asking for it again and again, as a caller does. */
async function scored(body: { bucket: string; key: string; model: string }) {
  for (;;) {
    const { status, told } = await call('POST /jobs', { body, headers: { prefer: 'wait=25' } });
    if (status === 200) return told;
    expect(status).toBe(202);
  }
}

const put = (key: string, body: Buffer) =>
  putObject(pipeline.s3, pipeline.resources.inputBucket, key, body, 'text/csv');

/** A number has several texts: Python writes 1e-05 where JavaScript writes 0.00001. */
const withNumbers = (row: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, text]) => [name, /^[\d.]+(e-\d+)?$/.test(text) ? Number(text) : text]),
  );

/** Every page of an address, from `next` to `next`. */
async function pages(jobId: string, what: string, query: Record<string, string | number>) {
  const found: { rows: number[]; next?: string }[] = [];
  for (let asked: Record<string, string | number> | undefined = query; asked; ) {
    const { told } = await call(`GET /jobs/{jobId}/${what}`, { path: { jobId }, query: asked });
    found.push({ rows: told.scores.map(({ row }: Score) => row), next: told.next });
    asked = told.next && Object.fromEntries(new URLSearchParams(told.next.split('?')[1]));
  }
  return found;
}

describe('a file in the input bucket', () => {
  it('as joblib is scored, and its predictions are the answer', async () => {
    const file = readFileSync('.dropscore/sample-data/joblib/test_features.joblib');
    const { bucket, key } = await put('shared/test_features.joblib', file);
    const told = await scored({ bucket, key, model });
    expect(told).toMatchObject({ status: 'completed', job: { rowsScored: ROWS } });
    expect(told.predictions).toEqual(await pipeline.scoresOf(told.jobId, ROWS));
    expect(told.job).toMatchObject({
      usage: { rowWriteUnits: ROWS },
      cost: { total: expect.any(Number), asOf: expect.stringMatching(/^\d{4}-\d\d$/) },
    });
  });

  it('is one job, whoever asks for it at the same time', async () => {
    const { bucket, key } = await put('shared/twice.csv', CSV);
    const answers = await Promise.all(
      [1, 2, 3].map(() => call('POST /jobs', { body: { bucket, key, model } })),
    );
    const ids = new Set(answers.map(({ told }) => told.jobId));
    expect([answers.map(({ status }) => status), ids.size]).toEqual([[202, 202, 202], 1]);
    const told = await scored({ bucket, key, model });
    expect([...ids]).toEqual([told.jobId]);
    expect(told.job).toMatchObject({ attempt: 1, rowsScored: ROWS });
    const { told: list } = await call('GET /jobs', { query: { model, limit: 100 } });
    expect(list.jobs.filter((job: { source: { key: string } }) => job.source.key === key)).toHaveLength(1);
  });

  it('that was uploaded and dropped is the job of its drop', async () => {
    const { status, told: upload } = await call('POST /uploads', {
      body: { model, name: 'té st.csv', bytes: CSV.length },
    });
    expect(status).toBe(201);
    const send = (body: Buffer) => fetch(upload.url, { method: upload.method, body: new Uint8Array(body) });
    expect((await send(Buffer.concat([CSV, Buffer.from('\n')]))).status).toBe(403);
    const sent = await send(CSV);
    expect(sent.status).toBe(200);
    const { bucket, key } = upload;
    const id = jobId({ bucket, key, versionId: sent.headers.get('x-amz-version-id') ?? '' }, model);
    await pipeline.until(id, () => true);
    expect(await scored({ bucket, key, model })).toMatchObject({
      jobId: id,
      status: 'completed',
      job: { attempt: 1 },
    });
  });
});

describe('a job', () => {
  let id: string;
  beforeAll(async () => {
    const lines = CSV.toString().split('\n');
    lines[3] = `${lines[3]?.split(',')[0]},nothing${',1'.repeat(29)}`;
    const { bucket, key } = await put('shared/one-bad-row.csv', Buffer.from(lines.join('\n')));
    ({ jobId: id } = await scored({ bucket, key, model }));
  });

  it('tells its rows in pages', async () => {
    const found = await pages(id, 'scores', { limit: 200 });
    expect(found.map(({ rows }) => rows.length)).toEqual([200, 200, 169]);
    expect(found.flatMap(({ rows }) => rows)).toEqual(Array.from({ length: ROWS }, (_, row) => row));
    expect(await pages(id, 'errors', {})).toEqual([{ rows: [2], next: undefined }]);
  });

  it('tells them as CSV, as its result files have them', async () => {
    const { body } = await call('GET /jobs/{jobId}/scores', {
      path: { jobId: id },
      query: { format: 'csv', limit: 1000 },
    });
    const { data } = Papa.parse<Record<string, string>>(body, { header: true, skipEmptyLines: true });
    expect(data.map(withNumbers)).toEqual((await pipeline.resultRows(id)).map(withNumbers));
  });

  it('is found by the id of a record', async () => {
    const recordId = CSV.toString().split('\n')[1]?.split(',')[0] ?? '';
    const { told } = await call('GET /models/{model}/records/{id}', { path: { model, id: recordId } });
    expect(told.scores.map((score: Score) => score.jobId)).toContain(id);
  });

  it('with every chunk scored has nothing to retry or to cancel', async () => {
    const codes = [];
    for (const what of ['retry', 'cancel'])
      codes.push((await call(`POST /jobs/{jobId}/${what}`, { path: { jobId: id } })).told.code);
    expect(codes).toEqual(['nothing_to_retry', 'has_ended']);
  });

  it('that stands still is cancelled, and a retry scores it', async () => {
    const { job } = await aLostJob(pipeline, 'cancelled-by-request');
    const path = { jobId: job.jobId };
    expect((await call('POST /jobs/{jobId}/cancel', { path })).status).toBe(202);
    expect((await pipeline.ended(job.jobId)).state.status).toBe('cancelled');
    const { status, told } = await call('POST /jobs/{jobId}/retry', { path });
    expect([status, told.attempt]).toEqual([202, 2]);
    await pipeline.until(job.jobId, ({ state }) => state.attempt === 2 && state.status === 'completed');
  });
});
