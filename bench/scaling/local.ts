import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { lambdaClient } from '../../aws/clients.ts';
import type { DeployedRuntime } from '../../aws/stack-outputs.ts';
import type { Ledger } from '../../core/ledger.ts';
import { localAws } from '../../local/local-aws.ts';
import { type OwnStack, ownStack } from '../own-stack.ts';
import { score, warmUp } from '../scored.ts';
import { breastCancer } from '../sources.ts';
import { HOST } from '../workers.ts';
import { simulate } from './simulate.ts';
import type { World } from './world.ts';

/** What is run on the local stack: a job to measure the parts with, and larger ones whose time is predicted from them. */
export interface Plan {
  output: 'rows' | 'files';
  chunkRows: number;
  rows: { measured: number; predicted: number };
  predictors: { measured: number; predicted: readonly number[] };
}

export interface Comparison {
  output: string;
  rows: number;
  predictors: number;
  predictedSeconds: number;
  seconds: number;
  limit: string;
}

interface Run {
  /** From the job's opening to its end. */
  seconds: number;
  splitSeconds: number;
  /** Of all processes, and of the host, which is one that computes on one CPU at a time. */
  cpuSeconds: number;
  hostCpuSeconds: number;
  /** Mean of the chunks, as their predictors noted it. */
  chunkSeconds: number;
}

const POLL_MS = 20;
const SPIN_MS = 500;

/** Runs jobs on a stack of their own, and predicts the larger ones from the parts of the smaller one. */
export async function compareLocally({ output, chunkRows, rows, predictors }: Plan): Promise<Comparison[]> {
  const own = await ownStack({ stackName: 'Scaling', output, chunkRows });
  try {
    await allow(own, Math.max(...predictors.predicted));
    await warmUp(own, breastCancer);
    await allow(own, predictors.measured);
    const world = worldOf(await run(own, 1), await run(own, rows.measured), {
      chunks: Math.ceil(rows.measured / chunkRows),
      rows: rows.measured,
      predictors: predictors.measured,
    });
    const comparisons: Comparison[] = [];
    for (const count of predictors.predicted) {
      await allow(own, count);
      const told = { chunkRows, predictors: count, fanOuts: 1, patienceSeconds: Infinity };
      const predicted = simulate(world, told, [{ at: 0, rows: rows.predicted }]);
      const { seconds } = await run(own, rows.predicted);
      const [limit = ''] = predicted.limits[0] ?? [];
      comparisons.push({
        output,
        rows: rows.predicted,
        predictors: count,
        predictedSeconds: predicted.seconds,
        seconds,
        limit,
      });
    }
    return comparisons;
  } finally {
    await own.close();
  }
}

/** The local stack, by a job of one row and one of many: the machine has a quota of its own, its processors. */
function worldOf(
  one: Run,
  many: Run,
  { chunks, rows, predictors }: { chunks: number; rows: number; predictors: number },
): World {
  const restSeconds = Math.max(0, one.seconds - one.chunkSeconds);
  const cpu = shareOfACpu();
  const rounds = Math.ceil(chunks / predictors);
  return {
    lambdaConcurrency: Infinity,
    pollersAtFirst: Infinity,
    pollersASecond: 0,
    newTableUnits: Infinity,
    tableUnits: Infinity,
    partitionUnits: Infinity,
    doublingSeconds: Infinity,
    s3Chunks: Infinity,
    endsOfAJob: Infinity,
    openSeconds: restSeconds,
    splitRows: rows / many.splitSeconds,
    coldStartSeconds: 0,
    // With what passes between two chunks.
    chunkSeconds: Math.max(many.chunkSeconds, (many.seconds - restSeconds) / rounds),
    writeRows: Infinity,
    machineRows: cpu * Math.min(rows / many.hostCpuSeconds, (rows * cpus().length) / many.cpuSeconds),
  };
}

/** What a thread that is always busy gets of a CPU here and now: others may be at work on this machine. */
function shareOfACpu(): number {
  const [before, started] = [process.cpuUsage(), performance.now()];
  while (performance.now() - started < SPIN_MS);
  const { user, system } = process.cpuUsage(before);
  return Math.min(1, (user + system) / 1000 / (performance.now() - started));
}

async function run(own: OwnStack, rows: number): Promise<Run> {
  const ledger = await own.connection.ledger();
  const ended = score(own, breastCancer, rows);
  const [{ jobIds, cpuSeconds }, splitAt] = await Promise.all([ended, splitTime(ledger)]);
  const [jobId = ''] = jobIds;
  const view = await ledger.readJob(jobId);
  const times: number[] = [];
  for await (const { ms = 0 } of ledger.chunksOf(jobId)) times.push(ms / 1000);
  const openedAt = Date.parse(view?.job.createdAt ?? '');
  return {
    seconds: (Date.parse(view?.state.endedAt ?? '') - openedAt) / 1000,
    splitSeconds: (splitAt - openedAt) / 1000,
    cpuSeconds: sum([...cpuSeconds.values()]),
    hostCpuSeconds: cpuSeconds.get(HOST) ?? 0,
    chunkSeconds: sum(times) / times.length,
  };
}

/** When the next job that is opened is split to its end. */
async function splitTime(ledger: Ledger): Promise<number> {
  const started = new Date().toISOString();
  for (;;) {
    for await (const { job, state } of ledger.recentJobs(new Date().toISOString())) {
      if (job.createdAt >= started && state.splitDone) return Date.now();
      break;
    }
    await sleep(POLL_MS);
  }
}

/** So many chunks at the same time, as `maximumConcurrency` of the next deployment would say. */
async function allow({ stack, connection }: OwnStack, predictors: number): Promise<void> {
  const { classic }: Record<string, DeployedRuntime> = JSON.parse(connection.resources.runtimes);
  const client = lambdaClient(localAws(stack.endpoint));
  const { EventSourceMappings = [] } = await client.send(
    new ListEventSourceMappingsCommand({ FunctionName: classic?.function }),
  );
  const [UUID] = EventSourceMappings.flatMap((mapping) => mapping.UUID ?? []);
  await client.send(
    new UpdateEventSourceMappingCommand({ UUID, ScalingConfig: { MaximumConcurrency: predictors } }),
  );
  client.destroy();
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
