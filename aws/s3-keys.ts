import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';

/** Keys of the objects below a prefix, in order, page by page. */
export async function* keysBelow(client: S3Client, bucket: string, prefix: string): AsyncGenerator<string> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
    for (const { Key } of Contents) if (Key !== undefined) yield Key;
}
