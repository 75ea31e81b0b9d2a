import { readFileSync } from 'node:fs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { ModelManifest } from '../../contracts/generated/types.ts';
import { currentKey, manifestKey } from '../../core/keys.ts';
import type { Pipeline } from '../pipeline/open-pipeline.ts';
import { SAMPLE_MODELS } from './faulted-stack.ts';

export const MODEL = 'breast-cancer';

/** Publishes the sample's model under another name, or as its next version; it is the current one then, unless told otherwise. */
export async function publishCopy(
  { s3, resources }: Pipeline,
  name: string,
  { version = 1, ...changes }: Partial<ModelManifest> = {},
  { promoted = true } = {},
): Promise<void> {
  const put = (Key: string, Body: string | Buffer) =>
    s3.send(new PutObjectCommand({ Bucket: resources.modelsBucket, Key, Body }));
  const folder = `${SAMPLE_MODELS}/${MODEL}/1`;
  const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8'));
  await put(`${name}/${version}/model.joblib`, readFileSync(`${folder}/model.joblib`));
  await put(manifestKey(name, version), JSON.stringify({ ...manifest, ...changes, name, version }));
  if (promoted) await put(currentKey(name), JSON.stringify({ version }));
}
