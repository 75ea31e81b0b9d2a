import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectVersion } from '../contracts/generated/types.ts';
import { firstBytesOf } from '../core/first-bytes.ts';

/** What S3 tells of one object version. */
export interface ObjectFacts {
  object: ObjectVersion;
  bytes: number;
  /** ISO 8601, UTC. */
  lastModified: string;
}

/**
 * The newest version, or the named one; undefined where there is none (or the newest is a delete marker).
 * The caller's role needs s3:ListBucket, or a missing object reads as 403.
 */
export async function describeObject(
  client: S3Client,
  { bucket, key, versionId }: { bucket: string; key: string; versionId?: string },
): Promise<ObjectFacts | undefined> {
  try {
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
    return {
      object: { bucket, key, versionId: head.VersionId ?? versionId ?? 'null' },
      bytes: head.ContentLength ?? 0,
      lastModified: (head.LastModified ?? new Date(0)).toISOString(),
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The same for a key and a version that somebody sent: S3 answers 400 to what no object can have. */
export async function findObject(
  client: S3Client,
  wanted: { bucket: string; key: string; versionId?: string },
): Promise<ObjectFacts | undefined> {
  try {
    return await describeObject(client, wanted);
  } catch (error) {
    if (statusOf(error) === 400) return undefined;
    throw error;
  }
}

/**
 * Streams an object version from a byte to its end, or up to `to` (exclusive). A server may answer a ranged request with the
 * whole object (RFC 9110, section 14.2): then what lies outside is skipped, and nothing is read behind it.
 */
export async function* readObject(
  client: S3Client,
  object: ObjectVersion,
  from = 0,
  to?: number,
): AsyncGenerator<Buffer> {
  const ranged = from > 0 || to !== undefined;
  const range = ranged ? { Range: `bytes=${from}-${to === undefined ? '' : to - 1}` } : {};
  const { Body, $metadata } = await client.send(new GetObjectCommand({ ...location(object), ...range }));
  let at = $metadata.httpStatusCode === 206 ? from : 0;
  for await (const piece of Body as AsyncIterable<Buffer>) {
    const wanted = piece.subarray(
      Math.max(0, from - at),
      to === undefined ? undefined : Math.max(0, to - at),
    );
    at += piece.length;
    if (wanted.length > 0) yield wanted;
    if (to !== undefined && at >= to) return;
  }
}

/** A small object's bytes, `most` of them; undefined where there is none. */
export async function getObject(
  client: S3Client,
  bucket: string,
  key: string,
  most?: number,
): Promise<Buffer | undefined> {
  return (await getTagged(client, bucket, key, most))?.body;
}

/** The same with the tag by which it can be written only if nobody else did. */
export async function getTagged(
  client: S3Client,
  bucket: string,
  key: string,
  most = Number.POSITIVE_INFINITY,
): Promise<{ body: Buffer; etag: string } | undefined> {
  try {
    const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { body: await firstBytesOf(Body as AsyncIterable<Buffer>, most), etag: ETag ?? '' };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export async function putObject(
  client: S3Client,
  bucket: string,
  key: string,
  body: Buffer | string,
  contentType: string,
): Promise<ObjectVersion> {
  const put = { Bucket: bucket, Key: key, Body: body, ContentType: contentType };
  const { VersionId } = await client.send(new PutObjectCommand(put));
  return { bucket, key, versionId: VersionId ?? 'null' };
}

/** The folders at the top of a bucket, up to 1,000, in order. */
export async function topFolders(client: S3Client, bucket: string): Promise<string[]> {
  const { CommonPrefixes = [] } = await client.send(
    new ListObjectsV2Command({ Bucket: bucket, Delimiter: '/' }),
  );
  return CommonPrefixes.flatMap(({ Prefix }) => (Prefix ? [Prefix.slice(0, -1)] : []));
}

const location = ({ bucket, key, versionId }: ObjectVersion) => ({
  Bucket: bucket,
  Key: key,
  VersionId: versionId,
});

const MISSING = ['NotFound', 'NoSuchKey', 'NoSuchVersion'];

/** 405 is what S3 answers when the named version is itself a delete marker. */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === 'NoSuchBucket') return false;
  const status = statusOf(error);
  return MISSING.includes(error.name) || status === 404 || status === 405;
}

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
