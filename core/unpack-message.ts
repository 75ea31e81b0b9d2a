import type { Job, UnpackMessage } from '../contracts/generated/types.ts';
import { type ColumnNeeds, neededColumns } from './csv/columns.ts';

/** Of 1 MiB that a message may have; names are escaped in it. */
const NAMES_BYTES = 512 * 1024;

/** The message that asks for a joblib source to be unpacked: the columns that the model reads, in chunks as the job pinned them. */
export function unpackMessage(
  { jobId, source, sourceBytes, settings }: Job,
  needs: ColumnNeeds,
): UnpackMessage {
  const { chunkRows, chunkBytes } = settings;
  const columns = neededColumns(needs);
  const fit = Buffer.byteLength(JSON.stringify(columns)) <= NAMES_BYTES;
  return { type: 'unpack', jobId, source, sourceBytes, chunkRows, chunkBytes, ...(fit && { columns }) };
}
