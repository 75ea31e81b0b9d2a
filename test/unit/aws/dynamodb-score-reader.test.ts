import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { dynamodbScoreReader } from '../../../aws/dynamodb-score-reader.ts';

const PAGE = 400;

interface Query {
  input: {
    ConsistentRead?: boolean;
    ExpressionAttributeValues: Record<':pk' | ':first' | ':last', string & number>;
    ExclusiveStartKey?: { sk: number };
  };
}

/** A table with every row, that answers a page at a time; it can be told to fail. */
function tableOf(failsAt = Number.POSITIVE_INFINITY) {
  const asked: string[] = [];
  const consistent: unknown[] = [];
  let open = 0;
  let mostOpen = 0;
  const send = async ({ input }: Query) => {
    const { ':pk': pk, ':first': first, ':last': last } = input.ExpressionAttributeValues;
    const block = Number(String(pk).split('#')[1]);
    asked.push(pk);
    consistent.push(input.ConsistentRead);
    mostOpen = Math.max(mostOpen, ++open);
    await new Promise((resolve) => setTimeout(resolve, block % 2 ? 1 : 5));
    open--;
    if (asked.length > failsAt) throw new Error('throttled');
    const from = input.ExclusiveStartKey ? input.ExclusiveStartKey.sk + 1 : Math.max(first, block * 1000);
    const to = Math.min(last + 1, block * 1000 + 1000);
    const rows = Array.from({ length: Math.min(PAGE, to - from) }, (_, i) => from + i);
    const lastRow = rows.at(-1) ?? to;
    return {
      Items: rows.map((row) => ({ pk, sk: row, record: 'r', recordOrder: 'o', row })),
      ...(lastRow + 1 < to && { LastEvaluatedKey: { pk, sk: lastRow } }),
    };
  };
  const reader = dynamodbScoreReader({ send } as unknown as DynamoDBDocumentClient, 'scores');
  return { reader, asked, consistent, mostOpen: () => mostOpen };
}

async function rowsOf(batches: AsyncIterable<{ row: number }[]>): Promise<number[]> {
  const rows: number[] = [];
  for await (const batch of batches) rows.push(...batch.map(({ row }) => row));
  return rows;
}

test('rows come in file order over blocks and pages, whichever answers first', async () => {
  const { reader } = tableOf();
  expect(await rowsOf(reader.scoresOf('job', 0, 5_500))).toEqual(
    Array.from({ length: 5_500 }, (_, row) => row),
  );
});

test('every page is read consistently', async () => {
  const { reader, consistent } = tableOf();
  await rowsOf(reader.scoresOf('job', 0, 2_000));
  expect(consistent.length).toBeGreaterThan(2);
  expect(consistent).toEqual(consistent.map(() => true));
});

test('a range within blocks asks for no other rows', async () => {
  const { reader, asked } = tableOf();
  expect(await rowsOf(reader.scoresOf('job', 1_990, 2_010))).toEqual(
    Array.from({ length: 20 }, (_, i) => 1_990 + i),
  );
  expect(asked).toEqual(['job#1', 'job#2']);
});

test('reading ahead is bounded, whatever the size of the job', async () => {
  const { reader, asked, mostOpen } = tableOf();
  const batches = reader.scoresOf('job', 0, 1_000_000)[Symbol.asyncIterator]();
  await batches.next();
  expect(asked.length).toBeLessThanOrEqual(5);
  expect(mostOpen()).toBeLessThanOrEqual(5);
});

test('no rows are no queries', async () => {
  const { reader, asked } = tableOf();
  expect(await rowsOf(reader.scoresOf('job', 0, 0))).toEqual([]);
  expect(asked).toEqual([]);
});

test('items are told without the keys of table and index', async () => {
  const { reader } = tableOf();
  for await (const [first] of reader.scoresOf('job', 0, 1)) expect(first).toEqual({ row: 0 });
});

test('a failure ahead of its turn fails the reading in its turn', async () => {
  const { reader } = tableOf(2);
  await expect(rowsOf(reader.scoresOf('job', 0, 10_000))).rejects.toThrow('throttled');
});

test('the scores of a record are asked for newest first, a page when it is wanted', async () => {
  const rows = [5, 4, 3, 2, 1];
  const asked: { ScanIndexForward: boolean }[] = [];
  const send = async ({ input }: { input: { ScanIndexForward: boolean; ExclusiveStartKey?: number } }) => {
    asked.push(input);
    const from = input.ExclusiveStartKey ?? 0;
    const page = rows.slice(from, from + 2);
    return {
      Items: page.map((row) => ({ row })),
      ...(from + 2 < rows.length && { LastEvaluatedKey: from + 2 }),
    };
  };
  const reader = dynamodbScoreReader({ send } as unknown as DynamoDBDocumentClient, 'scores');
  expect(await rowsOf(reader.scoresOfRecord('tumours', 'P1'))).toEqual(rows);
  expect(asked).toMatchObject(Array(3).fill({ ScanIndexForward: false }));
  for await (const _ of reader.scoresOfRecord('tumours', 'P1')) break;
  expect(asked).toHaveLength(4);
});

test('a vector is read from its bytes', async () => {
  const vector = new Uint8Array([0xcd, 0xcc, 0xcc, 0x3d, 0, 0, 0, 0xc0]);
  const send = async () => ({ Items: [{ row: 1, vector }, { row: 2 }] });
  const reader = dynamodbScoreReader({ send } as unknown as DynamoDBDocumentClient, 'scores');
  for await (const page of reader.scoresOfRecord('captions', 'c1'))
    expect(page).toEqual([{ row: 1, vector: [0.1, -2] }, { row: 2 }]);
  expect.assertions(1);
});
