import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentClient } from '../../aws/clients.ts';
import { getObject, putObject } from '../../aws/s3-objects.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import type { Chunk } from '../../contracts/generated/types.ts';
import { chunkMessage } from '../../core/chunk-message.ts';
import { openedState } from '../../core/job.ts';
import * as keys from '../../core/keys.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { theHost } from './host.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const PYTHON = process.env.DROPSCORE_PYTHON ?? '.venv/bin/python';
const MODEL = 'breast-cancer';
const SAMPLE = readFileSync('sample-data/breast_cancer.csv', 'utf8');
const ROWS = 569;
/** A number that is none in row 1, a field too few in row 3; and a quote, a blank line and CRLF. */
const SPOILED = SAMPLE.split('\n')
  .map((line, i) => (i === 2 ? line.replace(/,[^,]*/, ',x') : i === 4 ? line.replace(/,[^,]*$/, '') : line))
  .map((line, i) => (i === 6 ? `\r\n"${line.replace(',', '",')}\r` : line))
  .join('\n');

let pipeline: Pipeline;
let cli: CommandLine;
const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-verify-'));
beforeAll(async () => {
  pipeline = await thePipeline();
  cli = commandLine(pipeline.stack);
  execFileSync(PYTHON, ['test/pipeline/joblib_files.py', folder, path.join(folder, 'canary')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function endedJob(file: string, body: string | Buffer): Promise<string> {
  const id = await pipeline.drop(file, body);
  await pipeline.ended(id);
  return id;
}

async function verify(id: string) {
  const { code, stdout, stderr } = await cli('job', 'verify', id, '--json');
  expect(stdout, stderr).not.toBe('');
  return { code, ...JSON.parse(stdout) };
}

const holding = (rows: number, chunks: number) => ({
  code: 0,
  holds: true,
  findings: [],
  notes: [],
  compared: { source: rows, chunk: chunks, item: rows, file: rows, summary: 1, _SUCCESS: 1 },
});

describe('a job that nothing happened to agrees with all that was written', () => {
  it.each<[string, () => string | Buffer]>([
    ['spoiled.csv', () => SPOILED],
    ['spoiled.csv.gz', () => gzipSync(SPOILED)],
    ['frame.joblib', () => readFileSync(path.join(folder, 'frame.joblib'))],
    ['array.joblib', () => readFileSync(path.join(folder, 'array.joblib'))],
  ])('%s', async (file, body) => {
    expect(await verify(await endedJob(file, body()))).toMatchObject(holding(ROWS, 2));
  });

  it('an empty file, and one that was refused', async () => {
    expect(await verify(await endedJob('empty.csv', '\n'))).toMatchObject(holding(0, 0));
    const refused = await verify(await endedJob('refused.csv', 'no,such,columns\n1,2,3\n'));
    expect(refused).toMatchObject({ code: 0, compared: { source: 0, chunk: 0, summary: 0 } });
  });

  it('a chunk that was written off beside one that was scored, and both once a retry has scored it', async () => {
    const host = theHost(pipeline);
    const { job, messages } = await aLostJob();
    const [first, second] = messages as [string, string];
    await sendMessages(pipeline.sqs, await host.chunkQueue(), [first]);
    await sendMessages(pipeline.sqs, await host.deadLettersOf(await host.chunkQueue()), [second]);
    const { state } = await pipeline.ended(job.jobId);
    expect(state).toMatchObject({ rowsScored: 500, rowsFailed: 69, chunksFailed: 1 });
    expect(await verify(job.jobId)).toMatchObject({
      ...holding(ROWS, 2),
      compared: { source: ROWS, chunk: 2, item: 500, file: 500 },
    });
    const retried = await cli('job', 'retry', job.jobId, '--watch');
    expect(retried.code, retried.stderr).toBe(0);
    expect(await verify(job.jobId)).toMatchObject(holding(ROWS, 2));
  });
});

/** A job in the ledger with all its chunks, of which no message was sent. */
async function aLostJob() {
  const template = await endedJob('template.csv', SAMPLE);
  const { job: scored, state } = await pipeline.ended(template);
  const job = { ...scored, jobId: template.split('').reverse().join('') };
  await pipeline.ledger.openJob(job, openedState(job));
  const messages: string[] = [];
  for (const { chunk, reference } of await pipeline.chunksOf(template)) {
    const open: Chunk = { jobId: job.jobId, chunk, status: 'open', attempt: 1, reference };
    await pipeline.ledger.putChunk(open);
    messages.push(JSON.stringify(chunkMessage(job, open)));
  }
  const { checkpoint } = state;
  const totals = { rowsTotal: checkpoint.row, chunksTotal: checkpoint.chunk, checkpoint };
  await pipeline.ledger.finishSplit(job.jobId, totals, job.createdAt);
  return { job, messages };
}

describe('what was tampered with is found, and named', () => {
  let id: string;
  const document = () => documentClient(pipeline.aws);
  const itemKey = (row: number) => ({ pk: keys.scorePartition(id, row), sk: row });
  const table = () => pipeline.resources.scoresTable;
  const found = async () => {
    const { code, findings, findingsTotal } = await verify(id);
    expect([code, findingsTotal]).toEqual([1, findings.length]);
    return findings;
  };
  /** @returns what puts the item back. */
  const takeItem = async (row: number) => {
    const { Item } = await document().send(new GetCommand({ TableName: table(), Key: itemKey(row) }));
    await document().send(new DeleteCommand({ TableName: table(), Key: itemKey(row) }));
    return async (changes: object = {}) => {
      await document().send(new PutCommand({ TableName: table(), Item: { ...Item, ...changes } }));
    };
  };
  beforeAll(async () => {
    id = await endedJob('tampered.csv', SPOILED);
  });

  it('an item that is gone', async () => {
    const putBack = await takeItem(10);
    expect(await found()).toEqual([
      { about: 'item', kind: 'missing', chunk: 0, row: 10, rowCount: 1 },
      expect.objectContaining({ chunk: 0, what: 'rowsScored', values: { ledger: 498, items: 497 } }),
      expect.objectContaining({ chunk: 0, what: 'statistics.count' }),
    ]);
    await putBack();
  });

  it('a score that was changed', async () => {
    const putBack = await takeItem(510);
    await putBack({ score: 0.123 });
    expect(await found()).toEqual([
      {
        ...{ about: 'file', kind: 'differs', chunk: 1, row: 510, what: 'score' },
        values: { item: 0.123, file: expect.any(Number) },
      },
    ]);
    await takeItem(510);
    await putBack();
  });

  it('an item behind the last row', async () => {
    const putBack = await takeItem(0);
    await putBack();
    await putBack({ ...itemKey(ROWS), row: ROWS });
    expect(await found()).toEqual([{ about: 'item', kind: 'unexpected', row: ROWS }]);
    await takeItem(ROWS);
  });

  it('a result file that is gone, cut short, or of no chunk', async () => {
    const { s3, resources } = pipeline;
    const [first, other] = [0, 2].map((chunk) => keys.resultPartKey(MODEL, id, chunk)) as [string, string];
    const body = (await getObject(s3, resources.resultsBucket, first)) ?? expect.unreachable();
    const put = (key: string, content: Buffer) =>
      putObject(s3, resources.resultsBucket, key, content, 'text/csv');
    await s3.send(new DeleteObjectCommand({ Bucket: resources.resultsBucket, Key: first }));
    await put(other, body);
    expect(await found()).toEqual([
      { about: 'file', kind: 'missing', chunk: 0 },
      { about: 'file', kind: 'unexpected', what: other },
    ]);
    await s3.send(new DeleteObjectCommand({ Bucket: resources.resultsBucket, Key: other }));
    await put(first, gzipSync(gunzipSync(body).toString().split('\n').slice(0, 400).join('\n')));
    expect(await found()).toEqual([{ about: 'file', kind: 'missing', chunk: 0, row: 399, rowCount: 101 }]);
    await put(first, body);
  });

  it('a counter of the job', async () => {
    const count = (rows: number) =>
      document().send(
        new UpdateCommand({
          TableName: pipeline.resources.jobsTable,
          Key: { pk: keys.jobPartition(id), sk: keys.STATE },
          UpdateExpression: 'ADD rowsScored :rows',
          ExpressionAttributeValues: { ':rows': rows },
        }),
      );
    await count(1);
    expect(await found()).toEqual([
      expect.objectContaining({ about: 'counter', what: 'rowsScored', values: { job: 568, chunks: 567 } }),
      expect.objectContaining({ about: 'counter', what: 'rowsScored + rowsFailed' }),
    ]);
    await count(-1);
  });

  it('all put back, everything agrees again, also when the source has a newer version', async () => {
    await endedJob('tampered.csv', SAMPLE.slice(0, SAMPLE.indexOf('\n')));
    expect(await verify(id)).toMatchObject(holding(ROWS, 2));
  });
});
