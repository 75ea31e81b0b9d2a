import type { Job, ObjectVersion, StagedIndex } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { checkJoblibColumns } from '../../../core/joblib/columns.ts';
import { stagedIndexKey, stagedRowsKey } from '../../../core/keys.ts';
import type { ModelRegistry } from '../../../core/model-registry.ts';
import type { OpenDependencies } from '../../../core/open-job.ts';
import { pinnedManifest } from '../../../core/pin-model.ts';
import type { Cut, Origin, OriginDependencies } from './origin.ts';

export interface StagedDependencies extends Pick<OriginDependencies, 'read'> {
  models: ModelRegistry;
  describe: OpenDependencies['describe'];
  settings: { workBucket: string };
}

/**
 * The chunks that unpacking staged, as its index tells.
 *
 * @param told the index that the message names; where it names none, the one that may be there.
 * @returns undefined where there is none: not yet, or no longer.
 * @throws InputRejected where the columns are not those that the model needs.
 */
export async function stagedOrigin(
  job: Job,
  told: ObjectVersion | undefined,
  dependencies: StagedDependencies,
): Promise<Origin | undefined> {
  const { workBucket } = dependencies.settings;
  const place = { bucket: workBucket, key: stagedIndexKey(job.jobId) };
  if (told && (told.bucket !== place.bucket || told.key !== place.key))
    throw new Error(`A message names an index of job ${job.jobId} that no unpacking writes.`);
  const object = (await dependencies.describe(told ?? place))?.object;
  if (!object) return undefined;
  const index = await readIndex(object, dependencies);
  const notes = checkJoblibColumns(index, await pinnedManifest(job, dependencies.models));
  return { notes, rows: index.rows, cuts: (from) => stagedCuts(job.jobId, index, workBucket, from) };
}

async function* stagedCuts(
  jobId: string,
  { chunks, rows }: StagedIndex,
  bucket: string,
  from: Cut['checkpoint'],
): AsyncGenerator<Cut> {
  let { row, byte, chunk } = from;
  for (const { versionId, bytes, rowCount } of chunks.slice(chunk)) {
    const object = { bucket, key: stagedRowsKey(jobId, chunk), versionId };
    const reference = { object, byteStart: 0, byteEnd: bytes, firstRow: row, rowCount };
    row += rowCount;
    byte += bytes;
    chunk += 1;
    yield { reference, checkpoint: { byte, row, line: 1, chunk }, isLast: false };
  }
  if (row !== rows)
    throw new Error(`The index of job ${jobId} tells ${rows} rows, and its chunks hold ${row}.`);
  yield { checkpoint: { byte, row, line: 1, chunk }, isLast: true };
}

async function readIndex(object: ObjectVersion, { read }: StagedDependencies): Promise<StagedIndex> {
  const pieces: Buffer[] = [];
  for await (const piece of read(object, 0)) pieces.push(piece);
  return parseContract('staged-index', JSON.parse(Buffer.concat(pieces).toString('utf8')));
}
