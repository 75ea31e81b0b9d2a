import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { documentClient } from '../../aws/clients.ts';
import { dynamodbRuns } from '../../aws/dynamodb-runs.ts';
import { putObject } from '../../aws/s3-objects.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import type {
  BeginRescoreMessage,
  ObjectVersion,
  RescoreRun,
  RunSummary,
} from '../../contracts/generated/types.ts';
import { openedState } from '../../core/job.ts';
import { jobId, placesBelow, uploadKey } from '../../core/keys.ts';
import { hasEnded } from '../../core/rescore/run.ts';
import type { Pipeline } from '../pipeline/open-pipeline.ts';
import { aJob } from '../unit/factories.ts';
import type { Fault, FaultProxy, Injected, Rule } from './proxy.ts';

/** A run of past sources, which begins when it is asked for, so that what is to befall it can be put in its way first. */
export interface FaultedRun {
  runId: string;
  injected: readonly Injected[];
  /** Befalls only requests that are about this run. */
  fault(rule: Rule, fault: Fault): void;
  start(): Promise<void>;
  ended(): Promise<RescoreRun>;
  summary(): Promise<RunSummary | undefined>;
  /** Every job of the run there is: its source's key. */
  jobs(): Promise<string[]>;
}

/** Uploads sources of one row, each with a job of version 1 that has ended and of which nothing is left but the ledger. */
export async function faultedRun(
  { pipeline, proxy }: { pipeline: Pipeline; proxy: FaultProxy },
  { model, body, sources }: { model: string; body: string; sources: number },
): Promise<FaultedRun> {
  const { resources, s3, sqs, ledger, aws } = pipeline;
  const runs = dynamodbRuns(documentClient(aws), resources.jobsTable);
  const upload = async (number: number): Promise<ObjectVersion> => {
    const file = `${String(number).padStart(3, '0')}.csv`;
    const source = await putObject(s3, resources.inputBucket, uploadKey(model, file), body, 'text/csv');
    const at = new Date().toISOString();
    const scoredBy = { name: model, version: 1, manifestSha256: '0'.repeat(64), runtime: 'classic' };
    const past = { jobId: jobId(source, model), modelName: model, model: scoredBy };
    const job = aJob({ ...past, source, sourceTime: at, createdAt: at });
    await ledger.openJob(job, { ...openedState(job), status: 'completed', splitDone: true, endedAt: at });
    return source;
  };
  await Promise.all(Array.from({ length: sources }, (_, number) => upload(number)));
  const runId = `${model}@1`;
  const injected: Injected[] = [];
  return {
    runId,
    injected,
    fault: (rule, fault) => void injected.push(proxy.inject({ about: runId, ...rule }, fault)),
    start() {
      const bounds = { scope: 'changed', sources: 'newest', onOverlap: 'skip' } as const;
      const request = { modelName: model, ...bounds, requestedBy: 'fault' };
      const message: BeginRescoreMessage = { type: 'begin', runId, request };
      return sendMessages(sqs, resources.rescoreQueueUrl, [JSON.stringify(message)]);
    },
    async ended() {
      for (;;) {
        const run = await runs.readRun(runId);
        if (run && hasEnded(run)) return run;
        await sleep(100);
      }
    },
    summary: () => runs.readRunSummary(runId),
    async jobs() {
      const keys: string[] = [];
      for await (const job of runs.pastJobs(model, ...placesBelow()))
        if (job.runId === runId) keys.push(job.source.key);
      return keys;
    },
  };
}

/** Waits for the end of a run, and expects that every fault was met and that nothing was lost or doubled. */
export async function expectWholeRun(run: FaultedRun, sources: number): Promise<RescoreRun> {
  const ended = await run.ended();
  const unmet = run.injected.filter(({ met }) => met.length === 0);
  expect(unmet.map(({ rule }) => rule)).toEqual([]);
  expect(ended).toMatchObject({ status: 'completed', found: sources, sent: sources });
  expect(ended).toMatchObject({ jobsCompleted: sources, jobsFailed: 0 });
  const jobs = await run.jobs();
  expect([jobs.length, new Set(jobs).size]).toEqual([sources, sources]);
  // The earlier jobs had no rows, so that each row is one that has a score after alone.
  expect(await run.summary()).toMatchObject({
    uncompared: 0,
    comparison: { jobs: sources, rowsInCommon: 0, rowsOnlyAfter: sources },
  });
  return ended;
}
