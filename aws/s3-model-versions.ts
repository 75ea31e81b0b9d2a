import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { putUnlessChanged } from './s3-conditional-put.ts';

/** The numbers below a model's name, half-published ones included, ascending. */
export async function versionNumbers(client: S3Client, bucket: string, model: string): Promise<number[]> {
  const numbers: number[] = [];
  let token: string | undefined;
  do {
    const { CommonPrefixes = [], NextContinuationToken } = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: `${model}/`,
        Delimiter: '/',
        ContinuationToken: token,
      }),
    );
    for (const { Prefix = '' } of CommonPrefixes) {
      const folder = Prefix.split('/').at(-2) ?? '';
      if (/^\d+$/.test(folder)) numbers.push(Number(folder));
    }
    token = NextContinuationToken;
  } while (token);
  return numbers.sort((a, b) => a - b);
}

/**
 * Writes one of a model's pointers, if it is still as it was read.
 *
 * @param etag of the pointer that was read; undefined where there was none.
 * @returns false where someone else wrote it meanwhile.
 */
export const writePointer = (
  client: S3Client,
  pointer: { bucket: string; key: string; body: string; etag: string | undefined },
): Promise<boolean> => putUnlessChanged(client, { ...pointer, contentType: 'application/json' });
