import { PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { s3Client } from './clients.ts';

const VALID_SECONDS = 15 * 60;

/** A PUT of just so many bytes that anyone may make who has its address. The size is signed: S3 refuses another one. */
export async function presignPut(bucket: string, key: string, bytes: number, now: number) {
  // By default the SDK would sign the checksum of the body that it has: none.
  const client = s3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
  const command = new PutObjectCommand({ Bucket: bucket, Key: key, ContentLength: bytes });
  const url = await getSignedUrl(client, command, {
    expiresIn: VALID_SECONDS,
    signableHeaders: new Set(['host', 'content-length']),
  });
  return {
    url,
    headers: { 'content-length': String(bytes) },
    expiresAt: new Date(now + VALID_SECONDS * 1000).toISOString(),
  };
}
