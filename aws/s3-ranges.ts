import type { S3Client } from '@aws-sdk/client-s3';
import type { ObjectVersion } from '../contracts/generated/types.ts';
import { readObject } from './s3-objects.ts';

/**
 * The bytes from `start` to `end` (exclusive) of one object version.
 *
 * @throws on an object that is shorter than `end`: it is not the version that the range was made for.
 */
export async function readRange(
  client: S3Client,
  object: ObjectVersion,
  start: number,
  end: number,
): Promise<Buffer> {
  if (start >= end) return Buffer.alloc(0);
  const pieces: Buffer[] = [];
  for await (const piece of readObject(client, object, start, end)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  if (bytes.length !== end - start)
    throw new Error(
      `s3://${object.bucket}/${object.key} has ${bytes.length} of the ${end - start} bytes from ${start}.`,
    );
  return bytes;
}
