import type { Job } from '../../../contracts/generated/types.ts';
import { rowBytes } from '../../../core/joblib/in-place.ts';
import type { Origin } from './origin.ts';

/** Rows of an array, one behind the other in the file: chunks are computed, and no row is read. */
export function matrixOrigin({ source, settings, matrix }: Job): Origin {
  if (!matrix) throw new Error('A job that was opened to be split as an array has its shape.');
  const { rows, offset } = matrix;
  const size = rowBytes(matrix);
  const byteOf = (row: number) => offset + row * size;
  const rowsPerChunk = Math.min(settings.chunkRows, Math.max(1, Math.floor(settings.chunkBytes / size)));
  return {
    rows,
    async *cuts(from) {
      let { row, chunk } = from;
      do {
        const end = Math.min(rows, row + rowsPerChunk);
        const reference = {
          object: source,
          byteStart: byteOf(row),
          byteEnd: byteOf(end),
          firstRow: row,
          rowCount: end - row,
        };
        const isEmpty = end === row;
        if (!isEmpty) chunk += 1;
        row = end;
        const checkpoint = { byte: byteOf(row), row, line: 1, chunk };
        yield { ...(!isEmpty && { reference }), checkpoint, isLast: row === rows };
      } while (row < rows);
    },
  };
}
