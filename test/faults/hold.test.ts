import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sendMessages } from '../../aws/sqs-sender.ts';
import { parseContract } from '../../contracts/validate.ts';
import { onlyWaitsForApproval } from '../../core/job.ts';
import { commandLine } from '../pipeline/command-line.ts';
import { jobEvents } from '../pipeline/job-events.ts';
import { faultedPipeline } from './faulted-pipeline.ts';
import { MAX_ROWS_PER_JOB } from './stack.setup.ts';

const SAMPLE = readFileSync('sample-data/breast_cancer.csv', 'utf8');
const HEADER = SAMPLE.slice(0, SAMPLE.indexOf('\n') + 1);
const COPIES = Math.ceil(MAX_ROWS_PER_JOB / 569);
const ROWS = 569 * COPIES;

const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-hold-'));
const file = path.join(folder, 'large.csv');
writeFileSync(file, HEADER + SAMPLE.slice(HEADER.length).repeat(COPIES));
afterAll(() => rmSync(folder, { recursive: true }));

const { parts } = faultedPipeline();

it('a file beyond the limit is held at it, told of, and goes on when somebody approves', async () => {
  const { pipeline, host } = parts;
  const cli = commandLine(pipeline.stack);
  const events = await jobEvents(pipeline, await host.eventBus(), 'Job Held');
  const { code, stdout, stderr } = await cli('score', file, 'breast-cancer', '--watch', '--json');
  expect(code, stderr).toBe(1);
  const { jobId, status, held } = JSON.parse(stdout);
  expect([status, held.limit]).toEqual(['held', MAX_ROWS_PER_JOB]);
  const event = await events.of(jobId);
  parseContract('hold-event', event);
  expect(event).toMatchObject({ eventId: `${jobId}#held`, modelName: 'breast-cancer', ...held });

  // What was sent before is scored, nothing else is there, and no message but an approval changes that.
  const { state } = await pipeline.until(jobId, (view) => onlyWaitsForApproval(view.state));
  parseContract('job-state', state);
  expect(state.rowsScored).toBe(held.rows);
  expect(ROWS - held.rows).toBeGreaterThan(0);
  expect((await pipeline.chunksOf(jobId)).at(-1)?.chunk).toBe(state.checkpoint.chunk - 1);
  const goOn = JSON.stringify({ type: 'continue', jobId });
  await sendMessages(pipeline.sqs, host.intakeQueue(), [goOn]);
  await pipeline.drained(host.intakeQueue());
  expect((await pipeline.ledger.readJob(jobId))?.state).toEqual(state);
  const listed = JSON.parse((await cli('job', 'list', '--status', 'held', '--json')).stdout);
  expect(listed).toMatchObject([{ jobId, status: 'held' }]);

  const approved = await cli('job', 'approve', jobId, '--watch', '--json');
  expect(approved.code, approved.stderr).toBe(0);
  expect(JSON.parse(approved.stdout)).toMatchObject({
    status: 'completed',
    approvedBeyond: MAX_ROWS_PER_JOB,
    rowsTotal: ROWS,
    rowsScored: ROWS,
  });
  expect((await cli('job', 'verify', jobId)).code).toBe(0);
});
