import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { countMatrix, countStaged } from '../../../cli/verify/count-joblib.ts';
import { countSource } from '../../../cli/verify/count-source.ts';
import type { SourceChunks } from '../../../cli/verify/source-chunks.ts';
import { aJob } from '../factories.ts';
import { arrayFile } from '../joblib-file.ts';

const TEXT = '\ufeffid,x\r\n1,a\r\n\r\n2,"b\r\nb"\r\n3,c';
const ARRAY = arrayFile([[1], [2], [3]]);

const store = (body: Buffer, pieceBytes = 1) => ({
  async *read(_object: unknown, end = body.length) {
    for (let at = 0; at < end; at += pieceBytes) yield body.subarray(at, Math.min(end, at + pieceBytes));
  },
  isThere: async () => true,
  newestVersion: async () => undefined,
});

async function counted(source: SourceChunks | string) {
  if (typeof source === 'string') return expect.unreachable(source);
  const chunks = [];
  for await (const { object, ...chunk } of source.chunks) chunks.push([object.key, chunk]);
  return { chunks, head: source.head };
}

describe('a text is counted from its first byte', () => {
  const chunks = [
    { chunk: 0, byteStart: 9, byteEnd: 26, firstRow: 0, firstLine: 2, rowCount: 2 },
    { chunk: 1, byteStart: 26, byteEnd: 29, firstRow: 2, firstLine: 6, rowCount: 1 },
  ];
  const head = { header: { byteStart: 3, byteEnd: 9 }, firstRecord: { byte: 9, line: 2 } };

  it.each([1, 7, 8, 9, 100])('in pieces of %i bytes', async (pieceBytes) => {
    const source = await countSource(aJob(), store(Buffer.from(TEXT), pieceBytes), 'work');
    const key = 'incoming/tumours/a.csv';
    expect(await counted(source)).toEqual({ head, chunks: chunks.map((chunk) => [key, chunk]) });
  });

  it('compressed, with chunks that are objects of their own', async () => {
    const body = gzipSync(TEXT);
    const job = aJob({ format: 'csv.gz', sourceBytes: body.length });
    const staged = [
      { ...chunks[0], byteStart: 0, byteEnd: 17 },
      { ...chunks[1], byteStart: 0, byteEnd: 3 },
    ];
    expect(await counted(await countSource(job, store(body), 'work'))).toEqual({
      head,
      chunks: staged.map((chunk, i) => [`staged/${job.jobId}/chunk-000000${i}.csv`, chunk]),
    });
  });

  it.each([
    ['nothing', '', {}],
    ['blank lines only', ' \n\n', {}],
    [
      'a header without an end',
      'a,b',
      { header: { byteStart: 0, byteEnd: 3 }, firstRecord: { byte: 3, line: 1 } },
    ],
  ])('with no rows in %s', async (_, text, found) => {
    const source = await countSource(aJob(), store(Buffer.from(text)), 'work');
    expect(await counted(source)).toEqual({ head: found, chunks: [] });
  });

  it('says why where the version is gone', async () => {
    const gone = { ...store(Buffer.from(TEXT)), isThere: async () => false };
    expect(await countSource(aJob(), gone, 'work')).toMatch(/no longer there/);
  });
});

describe('a joblib file', () => {
  it('is counted by the shape in its first bytes where its rows lie in place', async () => {
    const job = aJob({ format: 'matrix', sourceBytes: ARRAY.length });
    const { chunks, head } = await counted(await countSource(job, store(ARRAY), 'work'));
    const offset = ARRAY.length - 1 - 3 * 8;
    expect(head).toEqual({ matrix: { dtype: '<f8', rows: 3, columns: 1, offset } });
    expect(chunks.map(([, chunk]) => chunk)).toEqual([
      { chunk: 0, byteStart: offset, byteEnd: offset + 16, firstRow: 0, rowCount: 2 },
      { chunk: 1, byteStart: offset + 16, byteEnd: offset + 24, firstRow: 2, rowCount: 1 },
    ]);
    expect(await counted(countMatrix(job, Buffer.from('no array')))).toEqual({ head: {}, chunks: [] });
  });

  it('is counted by the index of its staged rows, and else not at all', async () => {
    const staged = (rowCount: number) => ({ versionId: 'v', bytes: rowCount * 10, rowCount });
    const index = { rows: 5, columns: [null], chunks: [staged(2), staged(3)] };
    const job = aJob({ format: 'joblib' });
    const expected = [
      [
        `staged/${job.jobId}/chunk-0000000.npz`,
        { chunk: 0, byteStart: 0, byteEnd: 20, firstRow: 0, rowCount: 2 },
      ],
      [
        `staged/${job.jobId}/chunk-0000001.npz`,
        { chunk: 1, byteStart: 0, byteEnd: 30, firstRow: 2, rowCount: 3 },
      ],
    ];
    expect((await counted(countStaged(job, index, 'work'))).chunks).toEqual(expected);
    const newest = async (bucket: string, key: string) => ({ bucket, key, versionId: 'v' });
    const there = { ...store(Buffer.from(JSON.stringify(index))), newestVersion: newest };
    expect((await counted(await countSource(job, there, 'work'))).chunks).toEqual(expected);
    expect(await countSource(job, store(ARRAY), 'work')).toMatch(/index.*no longer/);
  });
});
