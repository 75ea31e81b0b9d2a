import type { Chunk, ChunkMessage, Job } from '../contracts/generated/types.ts';

/** The message that asks for a chunk of a job: fan-out sends it first, the watchdog again. */
export function chunkMessage(job: Job, { chunk, attempt, reference }: Chunk): ChunkMessage {
  const { model, header, dialect, source, sourceTime, jobId } = job;
  if (!model || !header || !dialect) throw new Error(`Job ${jobId} was opened failed: it has no chunks.`);
  const { output, expiresAt } = job.settings;
  return {
    jobId,
    chunk,
    attempt,
    source,
    format: 'csv',
    reference,
    header,
    dialect,
    model,
    output,
    sourceTime,
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
