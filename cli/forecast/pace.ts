import type { Job } from '../../contracts/generated/types.ts';
import type { Pace } from '../../core/cost/forecast.ts';
import type { Ledger } from '../../core/ledger.ts';

/** How long a predictor takes, and the job that shows it; the assumed pace where none does. */
export interface KnownPace extends Pace {
  jobId?: string;
}

interface Alike {
  modelName: string;
  output: Job['settings']['output'];
  /** Of an average chunk. */
  rowsPerChunk: number;
  now: string;
}

const JOBS_LOOKED_AT = 100;
const CHUNKS_LOOKED_AT = 50;
/** A chunk’s fixed time shows in much smaller ones. */
const LEAST_SHARE = 0.5;

/** With items: the pace by which a deployment derives its concurrency, 25 of them in 50 ms, four times at once. */
const ASSUMED: Record<'items' | 'files', Pace> = {
  items: { msPerChunk: 50, msPerRow: 0.5 },
  files: { msPerChunk: 50, msPerRow: 0.025 },
};

/** The newest of the last hundred jobs that wrote the same of the same model, in chunks not much smaller. */
export async function paceOf(
  ledger: Pick<Ledger, 'recentJobs' | 'chunksOf'>,
  { modelName, output, rowsPerChunk, now }: Alike,
): Promise<KnownPace> {
  const kind = kindOf(output);
  let looked = 0;
  for await (const { job, state } of ledger.recentJobs(now)) {
    const isAlike = job.modelName === modelName && kindOf(job.settings.output) === kind;
    if (isAlike && state.rowsScored > 0) {
      const pace = await measured(ledger, job.jobId, rowsPerChunk * LEAST_SHARE);
      if (pace !== undefined) return { msPerChunk: 0, msPerRow: pace, jobId: job.jobId };
    }
    if (++looked === JOBS_LOOKED_AT) break;
  }
  return ASSUMED[kind];
}

const kindOf = (output: Alike['output']): keyof typeof ASSUMED => (output === 'files' ? 'files' : 'items');

/** Milliseconds a row, over a job’s first chunks; undefined where they are smaller than asked for. */
async function measured(
  ledger: Pick<Ledger, 'chunksOf'>,
  jobId: string,
  leastRows: number,
): Promise<number | undefined> {
  let chunks = 0;
  let rows = 0;
  let spent = 0;
  for await (const { status, ms, reference } of ledger.chunksOf(jobId)) {
    if (status !== 'done' || ms === undefined) continue;
    chunks += 1;
    rows += reference.rowCount;
    spent += ms;
    if (chunks === CHUNKS_LOOKED_AT) break;
  }
  return rows > 0 && rows / chunks >= leastRows ? spent / rows : undefined;
}
