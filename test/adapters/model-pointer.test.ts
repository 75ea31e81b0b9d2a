import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, inject, it } from 'vitest';
import { s3Client } from '../../aws/clients.ts';
import { versionNumbers, writePointer } from '../../aws/s3-model-versions.ts';
import { getTagged, putObject } from '../../aws/s3-objects.ts';
import { currentKey } from '../../core/keys.ts';
import { localAws } from '../../local/local-aws.ts';

const BUCKET = 'pointers-under-test';
const client = s3Client(localAws(inject('stack').endpoint));

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
});

const write = (model: string, body: string, etag?: string) =>
  writePointer(client, { bucket: BUCKET, key: currentKey(model), body, etag });
const read = (model: string) => getTagged(client, BUCKET, currentKey(model));

it('a first pointer is written once, by whoever is first', async () => {
  expect(await read('first')).toBeUndefined();
  const outcomes = await Promise.all([write('first', 'a'), write('first', 'b'), write('first', 'c')]);
  expect(outcomes.filter(Boolean)).toHaveLength(1);
});

it('a pointer moves only from where it was read', async () => {
  await write('moving', 'one');
  const before = await read('moving');
  expect(await write('moving', 'two', before?.etag)).toBe(true);
  expect(await write('moving', 'three', before?.etag)).toBe(false);
  expect((await read('moving'))?.body.toString()).toBe('two');
});

it('versions are the numbered folders below a name, ascending, and of no other name', async () => {
  const keys = ['many/10/manifest.json', 'many/9/model.joblib', 'many/9/manifest.json', 'many/current.json'];
  for (const key of [...keys, 'many-more/3/manifest.json', 'many/notes/read.me'])
    await putObject(client, BUCKET, key, 'x', 'text/plain');
  expect(await versionNumbers(client, BUCKET, 'many')).toEqual([9, 10]);
  expect(await versionNumbers(client, BUCKET, 'none')).toEqual([]);
});
