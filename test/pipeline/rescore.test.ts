import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { documentClient } from '../../aws/clients.ts';
import { dynamodbRuns } from '../../aws/dynamodb-runs.ts';
import { putObject } from '../../aws/s3-objects.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import type { BeginRescoreMessage, ObjectVersion, RescoreRun } from '../../contracts/generated/types.ts';
import { parseContract } from '../../contracts/validate.ts';
import { promoted } from '../../core/current-pointer.ts';
import { currentKey, incomingKey, jobId, placesBelow } from '../../core/keys.ts';
import { hasEnded } from '../../core/rescore/run.ts';
import type { PastJob, Runs } from '../../core/rescore/runs.ts';
import { startRequest } from '../../core/start-request.ts';
import { publishCopy } from '../faults/publish-copy.ts';
import { commandLine } from './command-line.ts';
import { theHost } from './host.ts';
import { jobEvents } from './job-events.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const ROWS = 20;
const FEW = `${readFileSync('sample-data/breast_cancer.csv', 'utf8')
  .split('\n')
  .slice(0, ROWS + 1)
  .join('\n')}\n`;
const FILES = ['a.csv', 'b.csv', 'c.csv'];

let pipeline: Pipeline;
let runs: Runs;
let events: Awaited<ReturnType<typeof jobEvents>>;
beforeAll(async () => {
  pipeline = await thePipeline();
  runs = dynamodbRuns(documentClient(pipeline.aws), pipeline.resources.jobsTable);
  events = await jobEvents(pipeline, await theHost(pipeline).eventBus(), 'Rescore Completed');
});

const drop = (model: string, file: string): Promise<ObjectVersion> =>
  putObject(pipeline.s3, pipeline.resources.inputBucket, incomingKey(model, file), FEW, 'text/csv');

/** A model at version 1 with three past sources, and a fourth that version 2 has scored, which is published and not current. */
async function aPastOf(model: string) {
  await publishCopy(pipeline, model);
  const outdated = await Promise.all(FILES.map((file) => drop(model, file)));
  const fresh = await drop(model, 'd.csv');
  const first = [...outdated, fresh].map((source) => jobId(source, model));
  await publishCopy(pipeline, model, { version: 2 }, { promoted: false });
  const asked = startRequest(fresh, { model, version: 2 }, 'cli');
  await sendMessages(pipeline.sqs, pipeline.resources.intakeQueueUrl, [JSON.stringify(asked.message)]);
  for (const id of [...first, asked.jobId]) await pipeline.ended(id);
  return { outdated, fresh };
}

const promote = (model: string) =>
  putObject(
    pipeline.s3,
    pipeline.resources.modelsBucket,
    currentKey(model),
    JSON.stringify(promoted({ version: 1 }, 2, new Date().toISOString())),
    'application/json',
  );

/** The first run of version 2 of a model, once it has ended. */
async function theRun(model: string): Promise<RescoreRun> {
  for (;;) {
    for await (const run of runs.recentRuns(new Date().toISOString()))
      if (run.modelName === model && run.version === 2 && run.sent > 0 && hasEnded(run)) return run;
    await sleep(200);
  }
}

/** The same time once more, and again, as Scheduler or S3 may tell it. */
async function fireAgain({ runId, request }: RescoreRun): Promise<void> {
  const begin: BeginRescoreMessage = { type: 'begin', runId, request };
  const { rescoreQueueUrl } = pipeline.resources;
  await sendMessages(pipeline.sqs, rescoreQueueUrl, [JSON.stringify(begin), JSON.stringify(begin)]);
  await pipeline.drained(rescoreQueueUrl);
}

/** Jobs in the index that a run asked for. */
async function jobsOf({ modelName, runId }: RescoreRun): Promise<PastJob[]> {
  const jobs: PastJob[] = [];
  for await (const job of runs.pastJobs(modelName, ...placesBelow())) if (job.runId === runId) jobs.push(job);
  return jobs;
}

it.concurrent.each([
  ['on-schedule', 'by-the-minute', /^by-the-minute@\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
  ['on-promotion', 'promotion', /^promotion@[0-9a-f]{16}$/],
])(
  'case 28: %s, three past sources are scored with the new version, and one that has its scores is left',
  async (model, requestedBy, runId) => {
    const { outdated, fresh } = await aPastOf(model);
    await promote(model);
    const run = await theRun(model);
    parseContract('rescore-run', run);
    expect(run).toMatchObject({ status: 'completed', request: { requestedBy } });
    expect(run).toMatchObject({ found: 4, sent: 3, alreadyScored: 1, jobsCompleted: 3, jobsFailed: 0 });
    expect(run.runId).toMatch(runId);
    for (const source of outdated) {
      const view = await pipeline.ledger.readJob(jobId(source, model, run.runId));
      expect(view?.job).toMatchObject({ model: { version: 2 }, requestedBy, source });
      expect(view?.state).toMatchObject({ status: 'completed', rowsScored: ROWS });
      const before = await pipeline.ledger.readJob(jobId(source, model));
      expect(view?.job.sourceTime).toBe(before?.job.sourceTime);
      expect([view?.job.renews, view?.state.comparison]).toMatchObject([
        before?.job.jobId,
        { jobId: before?.job.jobId, rowsInCommon: ROWS, meanDifference: 0 },
      ]);
    }
    expect(await pipeline.ledger.readJob(jobId(fresh, model, run.runId))).toBeUndefined();
    const summary = await runs.readRunSummary(run.runId);
    parseContract('run-summary', summary);
    expect(summary).toMatchObject({
      uncompared: 0,
      comparison: { jobs: 3, difference: { count: 3 * ROWS } },
    });
    expect(run.comparison).toMatchObject({ jobs: 3, rowsInCommon: 3 * ROWS, meanDifference: 0, psi: 0 });
    const event = await events.of(run.runId);
    parseContract('rescore-event', event);
    expect(event).toMatchObject({ status: 'completed', sent: 3, jobsCompleted: 3, version: 2 });
    expect(event.comparison).toEqual(run.comparison);

    await fireAgain(run);
    expect(await runs.readRun(run.runId)).toMatchObject({ found: 4, sent: 3, endedAt: run.endedAt });
    expect(await jobsOf(run)).toHaveLength(3);

    const cli = commandLine(pipeline.stack);
    const shown = await cli('rescore', 'show', run.runId);
    expect(shown.stdout, shown.stderr).toMatch(/completed[\s\S]*3 of 3 jobs ended[\s\S]*60 rows in common/);
    const counted = await cli('rescore', 'start', model, '--scope', 'all', '--dry-run', '--json');
    expect(JSON.parse(counted.stdout), counted.stderr).toMatchObject({
      sent: 4,
      rows: 4 * ROWS,
      dollars: expect.any(Number),
    });
  },
  150_000,
);

it('after a rollback what was rolled back is not on top, though it was scored last', async () => {
  const cli = commandLine(pipeline.stack);
  const scored = async () => {
    const { stdout, stderr } = await cli('record', 'on-promotion', 'BC-0001', '--json');
    const found: { version: number; current: boolean }[] = JSON.parse(stdout || stderr);
    return found.map(({ version, current }) => [version, current]);
  };
  expect((await scored())[0]).toEqual([2, true]);
  const rolledBack = await cli('model', 'rollback', 'on-promotion');
  expect(rolledBack.code, rolledBack.stderr).toBe(0);
  const after = await scored();
  expect(after[0]).toEqual([1, true]);
  expect(after).toContainEqual([2, false]);
});
