import type { S3Client } from '@aws-sdk/client-s3';
import { currentKey, manifestKey, shadowKey } from '../core/keys.ts';
import { MOST_MANIFEST_BYTES, type ModelRegistry, type ShadowPointers } from '../core/model-registry.ts';
import { getObject, topFolders } from './s3-objects.ts';

/** The models bucket: a folder a model, in it the pointers and a folder a version. */
export const s3Models = (client: S3Client, bucket: string): ModelRegistry & ShadowPointers => ({
  current: (model) => getObject(client, bucket, currentKey(model), MOST_MANIFEST_BYTES + 1),
  shadow: (model) => getObject(client, bucket, shadowKey(model), MOST_MANIFEST_BYTES + 1),
  manifest: (model, version) =>
    getObject(client, bucket, manifestKey(model, version), MOST_MANIFEST_BYTES + 1),
  names: () => topFolders(client, bucket),
});
