import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectVersion } from '../contracts/generated/types.ts';

/**
 * The bytes from `start` to `end` (exclusive) of one object version. A server may ignore a range and answer 200
 * with the whole object (RFC 9110, section 14.2): it is then read no further than `end`, and never held whole.
 *
 * @throws on an object that is shorter than `end`: it is not the version that the range was made for.
 */
export async function readRange(
  client: S3Client,
  { bucket, key, versionId }: ObjectVersion,
  start: number,
  end: number,
): Promise<Buffer> {
  if (start >= end) return Buffer.alloc(0);
  const { Body, $metadata } = await client.send(
    new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      VersionId: versionId,
      Range: `bytes=${start}-${end - 1}`,
    }),
  );
  const first = $metadata.httpStatusCode === 206 ? start : 0;
  const bytes = await collect(Body as Readable, start - first, end - first);
  if (bytes.length !== end - start)
    throw new Error(`s3://${bucket}/${key} has ${bytes.length} of the ${end - start} bytes from ${start}.`);
  return bytes;
}

async function collect(body: Readable, from: number, to: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let at = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    pieces.push(piece.subarray(Math.max(0, from - at), Math.max(0, to - at)));
    at += piece.length;
    if (at >= to) break;
  }
  return Buffer.concat(pieces);
}
