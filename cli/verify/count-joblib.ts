import type { Job, Matrix, StagedIndex } from '../../contracts/generated/types.ts';
import { inPlace, rowBytes } from '../../core/joblib/in-place.ts';
import { stagedRowsKey } from '../../core/keys.ts';
import type { SourceChunk, SourceChunks } from './source-chunks.ts';

/**
 * The chunks of an array that is read in place, from the shape in the source's first bytes.
 *
 * @param first the source's first MATRIX_HEAD_BYTES bytes.
 */
export function countMatrix(job: Job, first: Buffer): SourceChunks {
  const matrix = inPlace(first);
  return matrix ? { head: { matrix }, chunks: matrixChunks(job, matrix) } : { head: {}, chunks: none() };
}

async function* matrixChunks({ source, settings }: Job, matrix: Matrix): AsyncGenerator<SourceChunk> {
  const size = rowBytes(matrix);
  const most = Math.min(settings.chunkRows, Math.max(1, Math.floor(settings.chunkBytes / size)));
  for (let chunk = 0, firstRow = 0; firstRow < matrix.rows; chunk++, firstRow += most) {
    const rowCount = Math.min(most, matrix.rows - firstRow);
    const byteStart = matrix.offset + firstRow * size;
    yield { chunk, object: source, byteStart, byteEnd: byteStart + rowCount * size, firstRow, rowCount };
  }
}

/** The chunks that unpacking staged, by its index: only Python can count the rows of a pickle. */
export function countStaged({ jobId }: Job, index: StagedIndex, workBucket: string): SourceChunks {
  async function* chunks(): AsyncGenerator<SourceChunk> {
    let firstRow = 0;
    for (const [chunk, { bytes, rowCount }] of index.chunks.entries()) {
      const object = { bucket: workBucket, key: stagedRowsKey(jobId, chunk) };
      yield { chunk, object, byteStart: 0, byteEnd: bytes, firstRow, rowCount };
      firstRow += rowCount;
    }
  }
  return { head: {}, chunks: chunks() };
}

async function* none(): AsyncGenerator<SourceChunk> {}
