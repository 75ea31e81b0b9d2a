import { createReadStream } from 'node:fs';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { ObjectVersion } from '../contracts/generated/types.ts';
import { UPLOAD_PART_BYTES } from '../core/cost/bookkeeping.ts';

/** Uploads of files larger than a part go in parts, a few at a time: any size, flat memory. */
const PARTS_AT_ONCE = 4;

/**
 * Uploads a file and answers the version it became. An upload that is broken off leaves no object.
 *
 * @param onProgress is told the bytes sent so far.
 * @throws where the bucket keeps no versions: a job could not pin its source.
 */
export async function dropFile(
  client: S3Client,
  file: string,
  { bucket, key }: { bucket: string; key: string },
  onProgress: (bytesSent: number) => void,
): Promise<ObjectVersion> {
  const upload = new Upload({
    client,
    params: { Bucket: bucket, Key: key, Body: createReadStream(file) },
    partSize: UPLOAD_PART_BYTES,
    queueSize: PARTS_AT_ONCE,
  });
  upload.on('httpUploadProgress', ({ loaded }) => onProgress(loaded ?? 0));
  const { VersionId } = await upload.done();
  if (!VersionId) throw new Error(`Bucket ${bucket} keeps no versions; dropscore needs a versioned bucket.`);
  return { bucket, key, versionId: VersionId };
}
