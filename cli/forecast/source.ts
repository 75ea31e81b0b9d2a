import { createReadStream } from 'node:fs';
import type { ObjectVersion } from '../../contracts/generated/types.ts';
import type { ObjectStore } from '../connection.ts';

/** What is to be scored, wherever it lies now. */
export interface ForecastSource {
  /** The object that it is, or would become. */
  object: ObjectVersion;
  bytes: number;
  /** From a byte to the end, or up to `to` (exclusive). */
  read(from: number, to?: number): AsyncIterable<Buffer>;
}

/** S3’s version ids are as long. */
const A_VERSION = '0'.repeat(32);
const PIECE_BYTES = 8 * 1024 * 1024;

/** A file as the object that it would be uploaded as. */
export const fileSource = (
  file: string,
  bytes: number,
  place: Omit<ObjectVersion, 'versionId'>,
): ForecastSource => ({
  object: { ...place, versionId: A_VERSION },
  bytes,
  read: (from, to = bytes) => (from < to ? createReadStream(file, { start: from, end: to - 1 }) : nothing()),
});

export const objectSource = (
  object: ObjectVersion,
  bytes: number,
  { readRange }: Pick<ObjectStore, 'readRange'>,
): ForecastSource => ({
  object,
  bytes,
  async *read(from, to = bytes) {
    for (let at = from; at < to; at += PIECE_BYTES)
      yield await readRange(object, at, Math.min(to, at + PIECE_BYTES));
  },
});

async function* nothing(): AsyncGenerator<Buffer> {}
