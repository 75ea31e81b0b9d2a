import type { Chunk, ChunkReference, Job, ModelManifest, Usage } from '../../contracts/generated/types.ts';
import { openedState } from '../job.ts';
import { endedSummary, statisticsOf } from './ended.ts';
import { UsageTally } from './usage-tally.ts';

/** What a row takes, on average. */
export interface RowUnits {
  rowWriteUnits: number;
  indexWriteUnits: number;
}

/** How long a predictor takes for a chunk. */
export interface Pace {
  msPerChunk: number;
  msPerRow: number;
}

/** What is known of a job before it is opened. */
export interface Prospect {
  job: Job;
  manifest: Pick<ModelManifest, 'output' | 'artifacts'>;
  rowUnits: RowUnits;
  pace: Pace;
  memoryMiB: number;
  /** Chunks scored at the same time. */
  concurrency: number;
  writeUnitsPerSecond: number;
}

export interface Forecast {
  rows: number;
  chunks: number;
  usage: Usage;
  /** Until the job has ended, once it has begun. */
  seconds: number;
}

/** State and chunk, and twice whether records are forgotten. */
const READS_A_CHUNK = 4;
const HEADER_AND_MANIFEST = 2;
/** Detecting the drop, splitting, and starting a predictor that is not warm. */
const STARTING_SECONDS = 5;

/**
 * What a job with these chunks will use: the chunks as they will have ended are counted by the rules that count those of an ended job.
 */
export async function forecast(references: Iterable<ChunkReference>, prospect: Prospect): Promise<Forecast> {
  const tally = new UsageTally(prospect.job);
  let rows = 0;
  let chunks = 0;
  let busyMs = 0;
  let last: Chunk | undefined;
  for await (const chunk of tally.each(endedChunks(references, prospect))) {
    rows += chunk.reference.rowCount;
    busyMs += chunk.ms ?? 0;
    chunks += 1;
    last = chunk;
  }
  const usage = tally.whole(openedState(prospect.job), endedSummary(prospect.job, last));
  if (!usage) throw new Error('Every forecast chunk tells its usage.');
  return { rows, chunks, usage, seconds: secondsFor(chunks, busyMs, usage, prospect) };
}

function secondsFor(
  chunks: number,
  busyMs: number,
  { rowWriteUnits, indexWriteUnits }: Usage,
  { concurrency, writeUnitsPerSecond }: Prospect,
): number {
  const scoring = busyMs / 1000 / Math.min(concurrency, Math.max(1, chunks));
  const writing = (rowWriteUnits + indexWriteUnits) / writeUnitsPerSecond;
  return STARTING_SECONDS + Math.max(scoring, writing);
}

async function* endedChunks(
  references: Iterable<ChunkReference>,
  { job, manifest, rowUnits, pace, memoryMiB, concurrency }: Prospect,
): AsyncGenerator<Chunk> {
  const { output } = job.settings;
  const loading = HEADER_AND_MANIFEST + manifest.artifacts.length;
  let chunk = 0;
  for (const reference of references) {
    const { rowCount } = reference;
    const itemRows = output === 'files' ? 0 : rowCount;
    yield {
      ...{ jobId: job.jobId, chunk, status: 'done', attempt: 1, reference },
      ...{ rowsScored: rowCount, rowsFailed: 0, rowsNotIndexed: 0, errorCounts: [], firstErrors: [] },
      statistics: statisticsOf(reference, manifest),
      ms: Math.round(pace.msPerChunk + rowCount * pace.msPerRow),
      usage: {
        rowWriteUnits: itemRows * rowUnits.rowWriteUnits,
        indexWriteUnits: itemRows * rowUnits.indexWriteUnits,
        readUnits: READS_A_CHUNK,
        s3Puts: output === 'rows' ? 0 : 1,
        s3Gets: 1 + (chunk < concurrency ? loading : 0),
        memoryMiB,
      },
    };
    chunk += 1;
  }
}
