import path from 'node:path';
import { LOCAL_AWS } from '../../local/local-aws.ts';
import { runPython } from '../child.ts';
import { type OwnStack, SAMPLE_MODELS } from '../own-stack.ts';
import { type Scored, score } from '../scored.ts';
import { breastCancer, writeSource } from '../sources.ts';

/** What the host takes of so many writers. */
export interface Ceiling {
  processes: number;
  threads: number;
  withIndex: boolean;
  rate: number;
  /** The host's, for one item. */
  cpuSeconds: number;
}

/** A job and what it is held against, one after the other on the same host; rates are rows a second. */
export interface Round {
  job: Scored;
  rate: number;
  ceilings: Ceiling[];
  script: number;
}

/** What the references are measured on: the first rows of the job. */
export interface Extent {
  ceilingRows: number;
  /** How often each number of writers is measured in a round. */
  ceilingRuns: number;
  scriptRows: number;
  /** Tables to write to: like the job's, or without the index. */
  withIndex: readonly boolean[];
}

/** Processes and threads that write to the host at once; those count that write most. A predictor has four threads. */
const WRITERS = [
  [1, 4],
  [2, 4],
  [4, 4],
] as const;

export async function measureRound(own: OwnStack, rows: number, extent: Extent): Promise<Round> {
  const job = await score(own, breastCancer, rows);
  const [jobId = ''] = job.jobIds;
  const ceilings: Ceiling[] = [];
  for (let run = 0; run < extent.ceilingRuns; run++)
    for (const withIndex of extent.withIndex)
      ceilings.push(...(await ceilingsOf(own, jobId, extent.ceilingRows, withIndex)));
  return { job, rate: rows / job.seconds, ceilings, script: await scriptRate(own, jobId, extent.scriptRows) };
}

async function ceilingsOf(
  own: OwnStack,
  jobId: string,
  rows: number,
  withIndex: boolean,
): Promise<Ceiling[]> {
  const { scoresTable } = own.connection.resources;
  const runs = await runHere<{ rate: number; cpuSeconds: number }[]>(own, 'ceiling.py', {
    ...{ hostPid: own.stack.pid, scoresTable, jobId, rows, withIndex },
    writers: WRITERS,
  });
  return runs.map(({ rate, cpuSeconds }, index) => {
    const [processes, threads] = WRITERS[index] ?? WRITERS[0];
    return { processes, threads, withIndex, rate, cpuSeconds: cpuSeconds / rows };
  });
}

async function scriptRate(own: OwnStack, jobId: string, rows: number): Promise<number> {
  const view = await (await own.connection.ledger()).readJob(jobId);
  const source = path.join(own.folder, 'script.csv');
  await writeSource(source, breastCancer, rows);
  return runHere(own, 'script.py', {
    scoresTable: own.connection.resources.scoresTable,
    source,
    rows,
    model: path.join(SAMPLE_MODELS, breastCancer.model, '1/model.joblib'),
    item: { jobId, sourceTime: view?.job.sourceTime },
  });
}

/** A script of this folder, with the stack for AWS. @returns the JSON that it prints. */
const runHere = <T>({ stack }: OwnStack, script: string, wanted: object): Promise<T> =>
  runPython(`bench/end-to-end/${script}`, [JSON.stringify(wanted)], {
    AWS_ENDPOINT_URL: stack.endpoint,
    AWS_DEFAULT_REGION: LOCAL_AWS.region,
    AWS_ACCESS_KEY_ID: LOCAL_AWS.key,
    AWS_SECRET_ACCESS_KEY: LOCAL_AWS.secret,
  });
