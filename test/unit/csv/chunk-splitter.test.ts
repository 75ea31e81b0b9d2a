import { describe, expect, test } from 'vitest';
import {
  type ChunkSpan,
  ChunkSplitter,
  type ChunkSplitterOptions,
} from '../../../core/csv/chunk-splitter.ts';
import { inPieces } from './scan.ts';

const START = { byte: 0, row: 0, line: 1, chunk: 0 };
const OPTIONS = { delimiter: ',', chunkRows: 2, chunkBytes: 1 << 20, maxRecordBytes: 1 << 20, from: START };

function split(text: string, options: Partial<ChunkSplitterOptions> = {}, sizes = [3]) {
  const splitter = new ChunkSplitter({ ...OPTIONS, ...options });
  const spans: ChunkSpan[] = [];
  for (const piece of inPieces(Buffer.from(text), sizes)) spans.push(...splitter.push(piece));
  const { spans: last, ...totals } = splitter.end();
  return { spans: [...spans, ...last], totals, checkpoint: splitter.checkpoint };
}

const texts = (text: string, spans: ChunkSpan[]) =>
  spans.map(({ byteStart, byteEnd }) => text.slice(byteStart, byteEnd));

describe('a chunk ends', () => {
  test('with the row that fills it', () => {
    const text = '1\n2\n3\n4\n5\n';
    const { spans, totals } = split(text);
    expect(texts(text, spans)).toEqual(['1\n2\n', '3\n4\n', '5\n']);
    expect(totals).toEqual({ rowsTotal: 5, chunksTotal: 3 });
  });

  test('with the record that reaches the bytes', () => {
    const text = '1234\n5678\n90\n1\n';
    expect(texts(text, split(text, { chunkRows: 99, chunkBytes: 10 }).spans)).toEqual([
      '1234\n5678\n',
      '90\n1\n',
    ]);
  });

  test('case 11: with each record that alone is over the bytes', () => {
    const text = '123456789\n1\n123456789\n';
    expect(split(text, { chunkRows: 99, chunkBytes: 4 }).spans.map(({ rowCount }) => rowCount)).toEqual([
      1, 2,
    ]);
  });

  test('with whole records, however they are quoted', () => {
    const text = '"1\n\n",a\n2\n"3"\n';
    expect(texts(text, split(text).spans)).toEqual(['"1\n\n",a\n2\n', '"3"\n']);
  });
});

test('chunks tell their first row and line', () => {
  const { spans } = split('\n"1\r\n1"\n2\n\n\n3\n', { from: { byte: 0, row: 10, line: 7, chunk: 4 } });
  expect(spans).toEqual([
    { chunk: 4, byteStart: 0, byteEnd: 10, firstRow: 10, firstLine: 7, rowCount: 2 },
    { chunk: 5, byteStart: 10, byteEnd: 14, firstRow: 12, firstLine: 11, rowCount: 1 },
  ]);
});

describe('blank lines', () => {
  test('belong to the chunk behind them', () => {
    const text = '1\n2\n\n \n3\n';
    expect(texts(text, split(text).spans)).toEqual(['1\n2\n', '\n \n3\n']);
  });

  test('at the end make no chunk, and belong to none', () => {
    const { spans, totals, checkpoint } = split('1\n2\n\n\r\n  ');
    expect(spans).toHaveLength(1);
    expect(totals).toEqual({ rowsTotal: 2, chunksTotal: 1 });
    expect(checkpoint).toEqual({ byte: 4, row: 2, line: 3, chunk: 1 });
  });

  test('alone are no rows', () => {
    expect(split('\n\n  \n')).toEqual({
      spans: [],
      totals: { rowsTotal: 0, chunksTotal: 0 },
      checkpoint: START,
    });
  });
});

test('an empty text has no chunk', () => {
  expect(split('').totals).toEqual({ rowsTotal: 0, chunksTotal: 0 });
});

test('the checkpoint stands behind the last chunk that was given out', () => {
  const splitter = new ChunkSplitter(OPTIONS);
  expect(splitter.push(Buffer.from('1\n2\n3'))).toHaveLength(1);
  expect(splitter.checkpoint).toEqual({ byte: 4, row: 2, line: 3, chunk: 1 });
});

test('a CR at the end of a buffer waits for its LF', () => {
  const splitter = new ChunkSplitter(OPTIONS);
  expect(splitter.push(Buffer.from('1\r\n2\r'))).toEqual([]);
  expect(splitter.push(Buffer.from('\n'))).toMatchObject([{ byteEnd: 6 }]);
});

test('offsets beyond 2^32 are exact', () => {
  const from = { byte: 2 ** 40, row: 2 ** 33, line: 2 ** 34, chunk: 12 };
  expect(split('1\n2\n3\n', { from }).spans.at(-1)).toMatchObject({
    byteStart: 2 ** 40 + 4,
    byteEnd: 2 ** 40 + 6,
    firstRow: 2 ** 33 + 2,
    firstLine: 2 ** 34 + 2,
  });
});
