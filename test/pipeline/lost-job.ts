import { readFileSync } from 'node:fs';
import type { Chunk, Job } from '../../contracts/generated/types.ts';
import { openedState } from '../../core/job.ts';
import type { Pipeline } from './pipeline.ts';

const SAMPLE = readFileSync('sample-data/breast_cancer.csv', 'utf8');

/** A job in the ledger whose messages were never sent, as after a loss. */
export async function aLostJob(pipeline: Pipeline, file: string): Promise<{ job: Job; chunk: Chunk }> {
  const template = await pipeline.drop(`${file}.template.csv`, SAMPLE);
  const { job: scored } = await pipeline.ended(template);
  const [first] = await pipeline.chunksOf(template);
  if (!first) throw new Error('the template has no chunk');
  const jobId = template.split('').reverse().join('');
  const job = { ...scored, jobId, createdAt: '2026-01-01T00:00:00.000Z' };
  const chunk: Chunk = { jobId, chunk: 0, status: 'open', attempt: 1, reference: first.reference };
  await pipeline.ledger.openJob(job, openedState(job));
  await pipeline.ledger.putChunk(chunk);
  const { rowCount, byteEnd } = first.reference;
  const checkpoint = { byte: byteEnd, row: rowCount, line: rowCount + 2, chunk: 1 };
  await pipeline.ledger.finishSplit(
    jobId,
    { rowsTotal: rowCount, chunksTotal: 1, checkpoint },
    job.createdAt,
  );
  return { job, chunk };
}
