import type { Upload, UploadBody } from '../../../contracts/generated/api.ts';
import { incomingKey } from '../../../core/keys.ts';
import { pinModel } from '../../../core/pin-model.ts';
import type { Answer } from '../api.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type Input, invalid } from '../request.ts';

/** Of an S3 key, in UTF-8. */
const MOST_KEY_BYTES = 1024;

/** A request to put a file of just this size below the model's folder, where it becomes a job by itself. */
export async function createUpload(
  { body: { model, name, bytes } }: Input<unknown, unknown, UploadBody>,
  { models, inputBucket, presignUpload }: ApiDependencies,
): Promise<Answer> {
  const key = incomingKey(model, name);
  if (Buffer.byteLength(key) > MOST_KEY_BYTES)
    throw invalid([{ pointer: '/name', code: 'invalid', message: 'is too long for an S3 key' }]);
  await pinModel(model, undefined, models);
  const body: Upload = { method: 'PUT', bucket: inputBucket, key, ...(await presignUpload(key, bytes)) };
  return { status: 201, body };
}
