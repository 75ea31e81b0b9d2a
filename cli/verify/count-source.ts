import type { Job } from '../../contracts/generated/types.ts';
import { parseContract } from '../../contracts/validate.ts';
import { MATRIX_HEAD_BYTES } from '../../core/joblib/in-place.ts';
import { stagedIndexKey } from '../../core/keys.ts';
import { inflate } from '../../functions/fan-out/inflate.ts';
import type { ObjectStore } from '../connection.ts';
import { countMatrix, countStaged } from './count-joblib.ts';
import { countText } from './count-text.ts';
import type { SourceChunks } from './source-chunks.ts';

type SourceStore = Pick<ObjectStore, 'read' | 'isThere' | 'newestVersion'>;

/** Counts a job's source anew, at the version that the job pinned; or a sentence that says why that cannot be. */
export async function countSource(
  job: Job,
  objects: SourceStore,
  workBucket: string,
): Promise<SourceChunks | string> {
  if (job.format === 'joblib') return countIndexed(job, objects, workBucket);
  if (!(await objects.isThere(job.source)))
    return 'The source could not be recounted: the version that the job read is no longer there.';
  if (job.format === 'matrix') {
    const end = Math.min(MATRIX_HEAD_BYTES, job.sourceBytes);
    return countMatrix(job, await collected(objects.read(job.source, end)));
  }
  return countText(job, textOf(job, objects), workBucket);
}

/** The limit for what a file may inflate to held when the job was split. */
function textOf({ source, sourceBytes, format }: Job, objects: SourceStore): AsyncIterable<Buffer> {
  const bytes = objects.read(source);
  return format === 'csv.gz' ? inflate(bytes, sourceBytes, Number.POSITIVE_INFINITY) : bytes;
}

async function countIndexed(
  job: Job,
  objects: SourceStore,
  workBucket: string,
): Promise<SourceChunks | string> {
  const index = await objects.newestVersion(workBucket, stagedIndexKey(job.jobId));
  if (!index)
    return 'The source could not be recounted: a joblib file is counted by the index of its staged rows, which is no longer in the work bucket.';
  const text = (await collected(objects.read(index))).toString('utf8');
  return countStaged(job, parseContract('staged-index', JSON.parse(text)), workBucket);
}

async function collected(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}
