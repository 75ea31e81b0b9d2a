import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { ObjectVersion } from '../contracts/generated/types.ts';
import type { Connection } from './connection.ts';
import { wrongUsage } from './failure.ts';

/** @throws Failure for anything but a regular file that may be read. @returns its size in bytes. */
export async function sizeOfFile(file: string): Promise<number> {
  try {
    const facts = await stat(file);
    if (facts.isDirectory()) throw wrongUsage(`${file} is a directory.`, 'Name one file.');
    if (!facts.isFile()) throw wrongUsage(`${file} is no regular file.`, 'Write its data to a file first.');
    await access(file, constants.R_OK);
    return facts.size;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw wrongUsage(`There is no file ${file || 'with an empty name'}.`, 'Check the path.');
    if (code === 'EACCES' || code === 'EPERM')
      throw wrongUsage(`${file} may not be read.`, 'Check its permissions.');
    throw error;
  }
}

/** @throws Failure for an object that fan-out would refuse to read. */
export function requireInputBucket(
  { bucket, key }: { bucket: string; key: string },
  { resources }: Connection,
): void {
  const { inputBucket } = resources;
  if (bucket === inputBucket) return;
  throw wrongUsage(
    `Bucket ${bucket} is not the input bucket of this stack, and dropscore reads no other.`,
    `Copy the file first: aws s3 cp s3://${bucket}/${key} s3://${inputBucket}/uploads/`,
  );
}

/** @throws Failure where there is no such object. */
export async function newestVersion(
  { bucket, key }: { bucket: string; key: string },
  { objects }: Connection,
): Promise<ObjectVersion> {
  const source = await (await objects()).newestVersion(bucket, key);
  if (source) return source;
  throw wrongUsage(
    `There is no object s3://${bucket}/${key}.`,
    'Check the key: upper and lower case matter.',
  );
}
