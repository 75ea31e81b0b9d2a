import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { sendMessages } from '../../aws/sqs-sender.ts';
import { parseContract } from '../../contracts/validate.ts';
import { chunkMessage } from '../../core/chunk-message.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { theHost } from './host.ts';
import { aLostJob } from './lost-job.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const SAMPLE = readFileSync('sample-data/breast_cancer.csv', 'utf8');
const HEADER = SAMPLE.slice(0, SAMPLE.indexOf('\n') + 1);
const COPIES = 20;
const ROWS = 569 * COPIES;
/** Many chunks of the same real rows. */
const LARGE = HEADER + SAMPLE.slice(HEADER.length).repeat(COPIES);

let pipeline: Pipeline;
let host: ReturnType<typeof theHost>;
let cli: CommandLine;
beforeAll(async () => {
  pipeline = await thePipeline();
  host = theHost(pipeline);
  cli = commandLine(pipeline.stack);
});

describe('a chunk that was written off', () => {
  it('case 30: is scored by a retry, and its rows are counted once', async () => {
    const { job, chunk } = await aLostJob(pipeline, 'written-off');
    const { jobId } = job;
    const message = JSON.stringify(chunkMessage(job, chunk));
    await sendMessages(pipeline.sqs, await host.deadLettersOf(await host.chunkQueue()), [message]);
    await pipeline.ended(jobId);
    const { code, stdout, stderr } = await cli('job', 'retry', jobId, '--watch', '--json');
    expect(code, stderr).toBe(0);
    const rows = chunk.reference.rowCount;
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'completed',
      attempt: 2,
      rowsScored: rows,
      rowsFailed: 0,
    });
    const { state } = (await pipeline.ledger.readJob(jobId)) ?? expect.unreachable();
    parseContract('job-state', state);
    expect(state).toMatchObject({ remaining: 0, chunksFailed: 0, rowsScored: rows });
    const [scored] = await pipeline.chunksOf(jobId);
    parseContract('chunk', scored);
    expect(scored).toMatchObject({ status: 'done', attempt: 2, rowsScored: rows });
    expect(await pipeline.scoresOf(jobId, rows)).toHaveLength(rows);

    const again = await cli('job', 'retry', jobId);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/Every chunk .* was scored/);
    // The first attempt's message comes late, and from the dead letters too.
    await sendMessages(pipeline.sqs, await host.deadLettersOf(await host.chunkQueue()), [message]);
    await sendMessages(pipeline.sqs, await host.chunkQueue(), [message]);
    const behind = await pipeline.drop('behind-it.csv', SAMPLE);
    await pipeline.ended(behind);
    expect((await pipeline.ledger.readJob(jobId))?.state).toEqual(state);
  });
});

describe('a job that is cancelled', () => {
  it('ends with what was scored, and a retry scores the rest', async () => {
    const id = await pipeline.drop('cancelled.csv', LARGE);
    await pipeline.until(id, ({ state }) => state.rowsScored > 0);
    const { code, stderr } = await cli('job', 'cancel', id);
    expect(code, stderr).toBe(0);
    const { state } = (await pipeline.ledger.readJob(id)) ?? expect.unreachable();
    expect(state).toMatchObject({ status: 'cancelled', reason: { code: 'cancelled' } });
    expect(state.rowsScored).toBeLessThan(ROWS);

    const retried = await cli('job', 'retry', id, '--watch');
    expect(retried.code, retried.stderr).toBe(0);
    const ended = await pipeline.ended(id);
    expect(ended.state).toMatchObject({ status: 'completed', attempt: 2, rowsTotal: ROWS, rowsScored: ROWS });
    const scores = await pipeline.scoresOf(id, ROWS);
    expect(scores.map(({ row }) => row)).toEqual(Array.from({ length: ROWS }, (_, row) => row));
    expect(await pipeline.resultRows(id)).toHaveLength(ROWS);
    const late = await cli('job', 'cancel', id);
    expect(late.code).toBe(1);
    expect(late.stderr).toMatch(/ended before: completed/);
  });
});
