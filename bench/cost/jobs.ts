import type { Job, Usage } from '../../contracts/generated/types.ts';
import { uploadPuts } from '../../core/cost/bookkeeping.ts';
import { addUsage } from '../../core/cost/usage.ts';
import { freePort } from '../../test/faults/faulted-stack.ts';
import { startProxy } from '../../test/faults/proxy.ts';
import { allEnded } from '../../test/heavy/ended-jobs.ts';
import { heavyStack } from '../../test/heavy/heavy-stack.ts';
import type { Sample } from '../sources.ts';
import { billed, countRequests } from './counted-requests.ts';

/** A job that was run, and what it took. */
export interface CountedJob {
  model: string;
  output: Job['settings']['output'];
  rows: number;
  chunks: number;
  sourceBytes: number;
  /** By the requests that were made, and the time that was billed. */
  counted: Usage;
  /** As the job tells. */
  told: Usage;
  /** Of predictors, a row. */
  msPerRow: number;
}

/** As Lambda would have a processor for each. */
const PREDICTORS = 2;
/** Functions that a drop sets to work; the others run by the clock. */
const AT_WORK = /FanOut|Predictor|Complete/;
/** Small sources, so that each worker has had one. */
const WARMING = 8;
/** The event that S3 sends for an upload: received and deleted too. */
const DROP_REQUESTS = 3;

/** Scores the rows of each model on a stack with the settings of a deployment, through a proxy that counts. */
export async function countedJobs(
  output: CountedJob['output'],
  samples: readonly Sample[],
  rows: number,
): Promise<{ jobs: CountedJob[]; polledQueues: number }> {
  const port = await freePort();
  const heavy = await heavyStack(
    { output, runtimes: { classic: { maximumConcurrency: PREDICTORS } } },
    `http://127.0.0.1:${port}`,
  );
  const proxy = await startProxy(port, heavy.stack.endpoint);
  try {
    const requests = countRequests(proxy);
    const jobs: CountedJob[] = [];
    const ledger = await heavy.connection.ledger();
    // Starts of functions are told apart: how many a job meets is up to what ran before.
    await allEnded(ledger, await heavy.dropSmall(WARMING), () => {});
    for (const sample of samples) {
      const { model } = sample;
      const before = atWork(heavy.stack.endpoint);
      requests.take();
      const dropped = await heavy.dropLarge(rows, sample);
      const [view] = await allEnded(ledger, [dropped], () => {});
      const told = (await ledger.readSummary(dropped.jobId))?.usage;
      if (!view || !told) throw new Error(`Job ${dropped.jobId} does not tell what it used.`);
      const after = atWork(heavy.stack.endpoint);
      const lambda = {
        lambdaRequests: after.invocations - before.invocations,
        lambdaGbSeconds: after.gbSeconds - before.gbSeconds,
      };
      let ms = 0;
      for await (const chunk of ledger.chunksOf(dropped.jobId)) ms += chunk.ms ?? 0;
      jobs.push({
        ...{ model, output, rows, chunks: view.state.chunksTotal ?? 0, sourceBytes: view.job.sourceBytes },
        counted: addUsage(addUsage(requests.take(), dropOf(view.job.sourceBytes)), lambda),
        told,
        msPerRow: ms / rows,
      });
    }
    return { jobs, polledQueues: billed(heavy.stack.endpoint).polledQueues };
  } finally {
    await heavy.close();
    await proxy.close();
  }
}

/** Neither goes through the proxy. */
const dropOf = (bytes: number) => ({ s3Puts: uploadPuts(bytes), sqsRequests: DROP_REQUESTS });

function atWork(endpoint: string) {
  const functions = billed(endpoint).functions.filter(({ name }) => AT_WORK.test(name));
  return {
    invocations: functions.reduce((sum, { invocations }) => sum + invocations, 0),
    gbSeconds: functions.reduce((sum, { gbSeconds }) => sum + gbSeconds, 0),
  };
}
