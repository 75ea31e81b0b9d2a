import type { Job, UnpackMessage } from '../contracts/generated/types.ts';

/** The message that asks for a joblib source to be unpacked into chunks of the size that the job pinned. */
export const unpackMessage = ({ jobId, source, sourceBytes, settings }: Job): UnpackMessage => ({
  type: 'unpack',
  jobId,
  source,
  sourceBytes,
  chunkRows: settings.chunkRows,
  chunkBytes: settings.chunkBytes,
});
