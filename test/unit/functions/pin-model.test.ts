import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { s3Models } from '../../../aws/s3-models.ts';
import { MOST_MANIFEST_BYTES, type ModelRegistry } from '../../../core/model-registry.ts';
import { pinModel, pinnedManifest } from '../../../core/pin-model.ts';
import { aManifest } from '../cli/manifest.ts';
import { aJob } from '../factories.ts';

const padded = (data: object, bytes: number) => Buffer.from(JSON.stringify(data).padEnd(bytes));

const registryOf = (pointer: Buffer, manifest: Buffer): ModelRegistry => ({
  current: async () => pointer,
  manifest: async () => manifest,
  names: async () => [],
});

test('pointer and manifest are taken up to their limit, and refused beyond it', async () => {
  const manifest = aManifest();
  const { name, version } = manifest;
  const pin = (pointerBytes: number, manifestBytes: number) =>
    pinModel(name, undefined, registryOf(padded({ version }, pointerBytes), padded(manifest, manifestBytes)));
  expect((await pin(MOST_MANIFEST_BYTES, MOST_MANIFEST_BYTES)).model).toMatchObject({ name, version });
  const refused = { code: 'model_invalid', message: expect.stringContaining('larger than 8388608 bytes') };
  await expect(pin(MOST_MANIFEST_BYTES, MOST_MANIFEST_BYTES + 1)).rejects.toMatchObject(refused);
  await expect(pin(MOST_MANIFEST_BYTES + 1, 0)).rejects.toMatchObject(refused);
});

test('what a job pinned is found where no version is current any more', async () => {
  const manifest = aManifest();
  const pointed = registryOf(padded(manifest, 0), padded(manifest, 0));
  const { model } = await pinModel(manifest.name, manifest.version, pointed);
  const withdrawn = { ...pointed, current: async () => undefined };
  expect(await pinnedManifest(aJob({ model }), withdrawn)).toEqual(manifest);
});

test('of an object without end, no more is read than it takes to tell', async () => {
  let read = 0;
  function* endless() {
    for (;;) {
      read += 65_536;
      yield Buffer.alloc(65_536);
    }
  }
  const client = { send: async () => ({ Body: Readable.from(endless(), { highWaterMark: 1 }) }) };
  const bytes = await s3Models(client as unknown as S3Client, 'models').manifest('a', 1);
  expect(bytes).toHaveLength(MOST_MANIFEST_BYTES + 1);
  expect(read).toBeLessThan(MOST_MANIFEST_BYTES + 10 * 65_536);
});
