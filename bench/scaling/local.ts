import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { lambdaClient } from '../../aws/clients.ts';
import type { DeployedRuntime } from '../../aws/stack-outputs.ts';
import type { Ledger } from '../../core/ledger.ts';
import { localAws } from '../../local/local-aws.ts';
import { interleaved, least } from '../interleaved.ts';
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
  predictors: readonly number[];
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

/** The fewest that an event source allows. */
const MEASURED_WITH = 2;
const POLL_MS = 20;
const SPIN_MS = 500;

/** Runs jobs on a stack of their own in turns, and predicts the larger ones from the parts of the smaller: the best of all rounds. */
export async function compareLocally(plan: Plan, rounds: number): Promise<Comparison[]> {
  const { output, chunkRows, rows, predictors } = plan;
  const own = await ownStack({ stackName: 'Scaling', output, chunkRows });
  try {
    await allow(own, Math.max(...predictors));
    await warmUp(own, breastCancer);
    const jobs: Record<string, [predictors: number, rows: number]> = {
      one: [MEASURED_WITH, 1],
      many: [MEASURED_WITH, rows.measured],
      ...Object.fromEntries(predictors.map((count) => [count, [count, rows.predicted]])),
    };
    const runs = await interleaved(Object.keys(jobs), rounds, async (name) => {
      const [count, size] = jobs[name] ?? [MEASURED_WITH, 1];
      await allow(own, count);
      return run(own, size);
    });
    const best = (name: string | number) => least(runs[name] ?? [], ({ seconds }) => seconds);
    const world = worldOf(best('one'), best('many'), rows.measured, chunkRows);
    return predictors.map((count) => {
      const told = { chunkRows, predictors: count, fanOuts: 1, patienceSeconds: Infinity };
      const { seconds, limits } = simulate(world, told, [{ at: 0, rows: rows.predicted }]);
      return {
        ...{ output, rows: rows.predicted, predictors: count, predictedSeconds: seconds },
        seconds: best(count).seconds,
        limit: limits[0]?.[0] ?? '',
      };
    });
  } finally {
    await own.close();
  }
}

/** The local stack, by a job of one row and one of many: the machine has a quota of its own, its processors. */
function worldOf(one: Run, many: Run, rows: number, chunkRows: number): World {
  const restSeconds = Math.max(0, one.seconds - one.chunkSeconds);
  const cpu = shareOfACpu();
  const chunks = Math.ceil(rows / chunkRows);
  const rounds = Math.ceil(chunks / MEASURED_WITH);
  const hostSeconds = many.hostCpuSeconds / chunks / cpu;
  // With what passes between two chunks.
  const together = Math.max(many.chunkSeconds, (many.seconds - restSeconds) / rounds);
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
    chunkSeconds: alone(together, hostSeconds),
    hostSeconds,
    writeRows: Infinity,
    machineRows: (cpu * rows * cpus().length) / many.cpuSeconds,
  };
}

/** What turns a chunk's time beside one other into that of a chunk alone: `withOthers` of two, solved for it. */
const alone = (together: number, hostSeconds: number): number =>
  Math.max(hostSeconds, (together + Math.sqrt(Math.max(0, together ** 2 - 4 * hostSeconds ** 2))) / 2);

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
