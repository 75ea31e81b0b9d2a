import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { readRange } from '../../../aws/s3-ranges.ts';

const OBJECT = { bucket: 'input', key: 'a.csv', versionId: 'v1' };
const TEXT = '0123456789';

function store({ honoursRanges, text = TEXT }: { honoursRanges: boolean; text?: string }) {
  const asked: unknown[] = [];
  let read = 0;
  const send = async ({ input }: { input: { Range: string } }) => {
    asked.push(input);
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(input.Range) ?? [];
    const body = honoursRanges ? text.slice(Number(from), Number(to) + 1) : text;
    const pieces = (body.match(/.{1,3}/g) ?? []).map((piece) => Buffer.from(piece));
    function* counted() {
      for (const piece of pieces) {
        read += piece.length;
        yield piece;
      }
    }
    return {
      Body: Readable.from(counted(), { highWaterMark: 1 }),
      $metadata: { httpStatusCode: honoursRanges ? 206 : 200 },
    };
  };
  return { client: { send } as unknown as S3Client, asked, read: () => read };
}

test.each([true, false])('reads the bytes of a range (ranges honoured: %s)', async (honoursRanges) => {
  for (const [start, end] of [
    [0, 10],
    [0, 1],
    [4, 7],
    [9, 10],
  ] as const) {
    const bytes = await readRange(store({ honoursRanges }).client, OBJECT, start, end);
    expect(bytes.toString()).toBe(TEXT.slice(start, end));
  }
});

test('the pinned version is asked for, with an inclusive end', async () => {
  const { client, asked } = store({ honoursRanges: true });
  await readRange(client, OBJECT, 2, 5);
  expect(asked).toEqual([{ Bucket: 'input', Key: 'a.csv', VersionId: 'v1', Range: 'bytes=2-4' }]);
});

test('of a whole object, no more is read than up to the end of the range', async () => {
  const text = 'x'.repeat(3_000);
  const { client, read } = store({ honoursRanges: false, text });
  await readRange(client, OBJECT, 3, 6);
  expect(read()).toBeLessThan(100);
});

test('an object that is shorter than the range is another one', async () => {
  await expect(readRange(store({ honoursRanges: false }).client, OBJECT, 8, 12)).rejects.toThrow(
    '2 of the 4 bytes',
  );
});

test('an empty range needs no request', async () => {
  const { client, asked } = store({ honoursRanges: true });
  expect(await readRange(client, OBJECT, 5, 5)).toHaveLength(0);
  expect(asked).toEqual([]);
});
