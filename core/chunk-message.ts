import type { Chunk, ChunkMessage, Job } from '../contracts/generated/types.ts';

/** A step of fan-out puts and sends so many chunks: SQS takes ten messages a batch. */
export const CHUNKS_A_STEP = 10;

/** The message that asks for a chunk of a job: fan-out sends it first, the watchdog again. */
export function chunkMessage(job: Job, { chunk, attempt, reference }: Chunk): ChunkMessage {
  const { model, source, sourceTime, jobId, renews, shadowOf } = job;
  if (!model) throw noChunks(job);
  const { output, expiresAt } = job.settings;
  return {
    jobId,
    chunk,
    attempt,
    source,
    ...shapeOf(job),
    reference,
    model,
    output,
    sourceTime,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(renews !== undefined && { renews: { jobId: renews } }),
    ...(shadowOf !== undefined && { shadowOf }),
  };
}

/** What a predictor has to know to read the range of a chunk. */
function shapeOf(job: Job): Pick<ChunkMessage, 'format' | 'header' | 'dialect' | 'matrix'> {
  const { format, header, dialect, matrix } = job;
  if (format === 'joblib') return { format: 'staged' };
  if (format === 'matrix' && matrix) return { format: 'matrix', matrix };
  if (header && dialect) return { format: 'csv', header, dialect };
  throw noChunks(job);
}

const noChunks = ({ jobId }: Job) => new Error(`Job ${jobId} was opened failed: it has no chunks.`);
