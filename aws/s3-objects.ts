import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectVersion } from '../contracts/generated/types.ts';

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

/**
 * Streams an object version from a byte to its end. A server may answer a ranged request with the whole object
 * (RFC 9110, section 14.2): then the bytes before `from` are skipped.
 */
export async function* readObject(client: S3Client, object: ObjectVersion, from = 0): AsyncGenerator<Buffer> {
  const range = from > 0 ? { Range: `bytes=${from}-` } : {};
  const { Body, ContentRange } = await client.send(new GetObjectCommand({ ...location(object), ...range }));
  let skip = ContentRange ? 0 : from;
  for await (const piece of Body as Readable) {
    const bytes = piece as Buffer;
    if (skip < bytes.length) yield skip > 0 ? bytes.subarray(skip) : bytes;
    skip = Math.max(0, skip - bytes.length);
  }
}

/** A small object's bytes, or undefined where there is none. */
export async function getObject(client: S3Client, bucket: string, key: string): Promise<Buffer | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
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
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return MISSING.includes(error.name) || status === 404 || status === 405;
}
