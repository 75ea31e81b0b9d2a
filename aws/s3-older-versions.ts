import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';

/**
 * Removes for good what lies below the newest versions. Objects that were deleted stay as they are: below their marker is all that
 * there is of them.
 *
 * @returns how many versions were removed.
 */
export async function removeOlderVersions(client: S3Client, Bucket: string, Prefix: string): Promise<number> {
  let removed = 0;
  const deleted = new Set<string | undefined>();
  let page: Partial<ListObjectVersionsCommandOutput> = {};
  do {
    const after = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    page = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix, ...after }));
    for (const { Key, IsLatest } of page.DeleteMarkers ?? []) if (IsLatest) deleted.add(Key);
    const older = (page.Versions ?? []).filter(({ Key, IsLatest }) => !IsLatest && !deleted.has(Key));
    if (older.length === 0) continue;
    const Objects = older.map(({ Key, VersionId }) => ({ Key, VersionId }));
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    const [refused] = Errors;
    if (refused) throw Object.assign(new Error(refused.Message), { name: refused.Code });
    removed += older.length;
  } while (page.IsTruncated);
  return removed;
}
