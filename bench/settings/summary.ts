import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { ledgerReads } from '../../aws/dynamodb-ledger-reads.ts';
import type { Chunk, Job, JobState } from '../../contracts/generated/types.ts';
import { summarize } from '../../functions/complete/summarize.ts';

/** DynamoDB ends a page of a query at 1 MB of items, which is about 250 ended chunks. */
export const CHUNKS_A_PAGE = 250;
const PAGES = 8;
const CHUNK_ROWS = 20_000;
const JOB_ID = '3f1c9a7e0b2d4c5e6f708192';
const EDGES = Array.from({ length: 21 }, (_, i) => i / 20);

/**
 * CPU milliseconds for each chunk of a job whose summary `complete` makes: the ledger's own query by the SDK, with pages that
 * come from memory, and the merging. The best of several.
 */
export async function summaryMilliseconds(): Promise<number> {
  const ledger = ledgerReads(clientOfPages(), 'Jobs');
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const cpu = process.cpuUsage();
    const { statistics } = await summarize(endedJob, ledger.chunksOf(JOB_ID), 'results');
    const { user, system } = process.cpuUsage(cpu);
    if (statistics?.count !== PAGES * CHUNKS_A_PAGE * CHUNK_ROWS) throw new Error('A chunk is missing.');
    best = Math.min(best, (user + system) / 1000 / (PAGES * CHUNKS_A_PAGE));
  }
  return best;
}

function clientOfPages(): DynamoDBDocumentClient {
  const pages = Array.from({ length: PAGES }, (_, page) =>
    JSON.stringify({
      Items: Array.from({ length: CHUNKS_A_PAGE }, (_, i) => marshall(endedChunk(page * CHUNKS_A_PAGE + i))),
      ...(page + 1 < PAGES && { LastEvaluatedKey: marshall({ page: page + 1 }) }),
    }),
  );
  const handle = async ({ body }: { body: string }) => {
    const { ExclusiveStartKey: start } = JSON.parse(body);
    const answer = pages[Number(start?.page.N ?? 0)] ?? '';
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    return { response: { statusCode: 200, headers, body: Readable.from([Buffer.from(answer)]) } };
  };
  const client = new DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    requestHandler: { handle },
  });
  return DynamoDBDocumentClient.from(client);
}

/** What the predictor reports of a chunk of the breast-cancer sample. */
const endedChunk = (chunk: number): Chunk & { pk: string; sk: string } => ({
  pk: `job#${JOB_ID}`,
  sk: `chunk#${chunk}`,
  jobId: JOB_ID,
  chunk,
  status: 'done',
  attempt: 1,
  reference: {
    object: { bucket: 'dropscore-input', key: 'incoming/breast-cancer/file.csv', versionId: 'v1' },
    byteStart: chunk * 4_300_000,
    byteEnd: (chunk + 1) * 4_300_000,
    firstRow: chunk * CHUNK_ROWS,
    firstLine: chunk * CHUNK_ROWS + 2,
    rowCount: CHUNK_ROWS,
  },
  rowsScored: CHUNK_ROWS,
  rowsFailed: 0,
  rowsNotIndexed: 0,
  errorCounts: [],
  firstErrors: [],
  statistics: {
    ...{ count: CHUNK_ROWS, mean: 0.37376742014288633, m2: 4232.397826498378, min: 1.1e-8, max: 1 },
    histogram: { edges: EDGES, counts: [0, ...EDGES.map((edge) => Math.round(edge * 1000))] },
    labels: { benign: 12_000, malignant: 8000 },
    tiers: { low: 12_000, medium: 1000, high: 7000 },
    top: Array.from({ length: 100 }, (_, i) => ({ row: chunk * CHUNK_ROWS + i * 199, value: 1 - i / 4567 })),
  },
  ms: 812,
});

const endedJob = {
  job: {
    jobId: JOB_ID,
    modelName: 'breast-cancer',
    notes: [],
    settings: { output: 'both' },
  } as unknown as Job,
  state: { attempt: 1, rowsScored: 0, rowsFailed: 0, chunksFailed: 0 } as JobState,
};
