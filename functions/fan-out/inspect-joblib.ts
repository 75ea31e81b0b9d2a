import type { Matrix, ModelManifest } from '../../contracts/generated/types.ts';
import { firstBytesOf } from '../../core/first-bytes.ts';
import { checkJoblibColumns } from '../../core/joblib/columns.ts';
import { fileBytes, inPlace } from '../../core/joblib/in-place.ts';
import type { Findings } from '../../core/open-job.ts';
import type { FoundSource } from './inspect.ts';
import type { OriginDependencies } from './origins/origin.ts';

/** The last opcode of a pickle. */
const STOP = '.'.charCodeAt(0);

/**
 * Tells whether a joblib source is an array whose rows can be read where they lie; anything else is unpacked, and its columns
 * are compared with the model's after that.
 *
 * @param head the source's first bytes.
 * @throws InputRejected column_count_mismatch, of an array.
 */
export async function inspectJoblib(
  findings: Findings,
  found: FoundSource,
  manifest: ModelManifest,
  head: Buffer,
  read: OriginDependencies['read'],
): Promise<void> {
  const matrix = inPlace(head);
  if (!matrix || !(await fills(matrix, found, read))) return;
  findings.format = 'matrix';
  findings.matrix = matrix;
  findings.firstRecord = { byte: matrix.offset, line: 1 };
  const columns = Array.from({ length: matrix.columns }, () => null);
  findings.notes.push(...checkJoblibColumns({ columns }, manifest));
}

/** Whether the array is all that the file holds. */
async function fills(
  matrix: Matrix,
  { source, facts: { bytes } }: FoundSource,
  read: OriginDependencies['read'],
): Promise<boolean> {
  if (fileBytes(matrix) !== bytes) return false;
  return (await firstBytesOf(read(source, bytes - 1, bytes), 1))[0] === STOP;
}
