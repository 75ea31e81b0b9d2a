import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** An object to write, and the tag of what was read under its key; undefined where there was nothing. */
interface ConditionalPut {
  bucket: string;
  key: string;
  body: Buffer | string;
  contentType: string;
  etag: string | undefined;
}

/** Writes an object that is still as it was read. @returns false where someone else wrote it meanwhile. */
export async function putUnlessChanged(
  client: S3Client,
  { bucket, key, body, contentType, etag }: ConditionalPut,
): Promise<boolean> {
  try {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        ...(etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof Error && LOST.includes(error.name)) return false;
    throw error;
  }
}

const LOST = ['PreconditionFailed', 'ConditionalRequestConflict'];
