import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Chunk, Job, JobState, JobSummary } from '../contracts/generated/types.ts';
import type { JobView } from '../core/job.ts';
import * as keys from '../core/keys.ts';
import type { JobPlace, Ledger } from '../core/ledger.ts';
import { dynamodbItems, type Item } from './dynamodb-items.ts';

/** How far back `recentJobs` looks; job items are kept for ever, but nobody lists further. */
const MONTHS = 24;
/** BatchGetItem takes 100 keys; two are read per job. */
const JOBS_A_READ = 50;
const READ_ATTEMPTS = 10;

type Reads = Pick<
  Ledger,
  'readJob' | 'readJobs' | 'readSummary' | 'chunksOf' | 'openJobs' | 'recentJobs' | 'shadowJobs'
>;

/** The ledger's questions: every read of a job is consistent, the indexes are read as they are. */
export function ledgerReads(client: DynamoDBDocumentClient, table: string): Reads {
  const { read, query, pages } = dynamodbItems(client, table);
  const readJobs = async (ids: readonly string[]): Promise<JobView[]> => {
    const wanted = ids.flatMap((id) =>
      [keys.INFO, keys.STATE].map((sk) => ({ pk: keys.jobPartition(id), sk })),
    );
    const found = new Map(
      (await batchGet(client, table, wanted)).map((item) => [`${item.pk} ${item.sk}`, item]),
    );
    return ids.flatMap((id) => {
      const job = found.get(`${keys.jobPartition(id)} ${keys.INFO}`);
      const state = found.get(`${keys.jobPartition(id)} ${keys.STATE}`);
      return job && state ? [{ job: withoutKeys<Job>(job), state: withoutKeys<JobState>(state) }] : [];
    });
  };

  return {
    readJob: async (jobId) => (await readJobs([jobId]))[0],

    async readJobs(jobIds) {
      const found: JobView[] = [];
      for (let at = 0; at < jobIds.length; at += JOBS_A_READ)
        found.push(...(await readJobs(jobIds.slice(at, at + JOBS_A_READ))));
      return found;
    },

    async readSummary(jobId) {
      const item = await read({ pk: keys.jobPartition(jobId), sk: keys.SUMMARY });
      return item && withoutKeys<JobSummary>(item);
    },

    async *chunksOf(jobId) {
      const chunks = query({
        ConsistentRead: true,
        KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :chunks)',
        ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
        ExpressionAttributeValues: { ':pk': keys.jobPartition(jobId), ':chunks': keys.CHUNK_PREFIX },
      });
      for await (const chunk of chunks) yield withoutKeys<Chunk>(chunk);
    },

    async *openJobs() {
      for (const shard of keys.OPEN_SHARDS) {
        const open = query({
          IndexName: 'open-jobs',
          KeyConditionExpression: '#openShard = :shard',
          ExpressionAttributeNames: { '#openShard': 'openShard' },
          ExpressionAttributeValues: { ':shard': shard },
        });
        for await (const { pk } of open) yield keys.jobOfPartition(String(pk));
      }
    },

    async *recentJobs(now, after) {
      const start = after && placeInIndex(after);
      for (const month of monthsBackFrom(after?.createdAt ?? now)) {
        const recent = pages({
          IndexName: 'by-month',
          ScanIndexForward: false,
          Limit: JOBS_A_READ,
          KeyConditionExpression: '#month = :month',
          ExpressionAttributeNames: { '#month': 'month' },
          ExpressionAttributeValues: { ':month': keys.monthPartition(month) },
          ...(start?.month === keys.monthPartition(month) && { ExclusiveStartKey: start }),
        });
        for await (const page of recent) yield* await readJobs(page.map(({ jobId }) => String(jobId)));
      }
    },

    async *shadowJobs(versions, since) {
      const shadows = pages({
        IndexName: 'by-model',
        ScanIndexForward: false,
        Limit: JOBS_A_READ,
        KeyConditionExpression: '#modelOfPast = :shadows AND #sourcePlace >= :since',
        ExpressionAttributeNames: { '#modelOfPast': 'modelOfPast', '#sourcePlace': 'sourcePlace' },
        ExpressionAttributeValues: { ':shadows': keys.shadowsPartition(versions), ':since': since },
      });
      for await (const page of shadows) yield* await readJobs(page.map(({ jobId }) => String(jobId)));
    },
  };
}

/** Where a query of the index would have stopped at a job: exact also among jobs of the same moment. */
const placeInIndex = ({ jobId, createdAt }: JobPlace): Item => ({
  pk: keys.jobPartition(jobId),
  sk: keys.INFO,
  month: keys.monthPartition(createdAt),
  createdAt,
});

/** An item as its contract has it: without the table's and the indexes' keys. */
export function withoutKeys<T>({
  pk,
  sk,
  month,
  openShard,
  openSince,
  modelOfPast,
  sourcePlace,
  ...fields
}: Item): T {
  return fields as T;
}

/** BatchGetItem answers with UnprocessedKeys under load, which the SDK does not ask for again. */
async function batchGet(client: DynamoDBDocumentClient, table: string, wanted: Item[]): Promise<Item[]> {
  const found: Item[] = [];
  for (let pending = wanted, attempt = 1; pending.length > 0; attempt++) {
    const request = { RequestItems: { [table]: { Keys: pending, ConsistentRead: true } } };
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand(request));
    found.push(...(Responses?.[table] ?? []));
    pending = UnprocessedKeys?.[table]?.Keys ?? [];
    if (pending.length === 0) break;
    if (attempt === READ_ATTEMPTS)
      throw new Error(`DynamoDB left ${pending.length} keys unread after ${attempt} attempts.`);
    await sleep(Math.random() * Math.min(5_000, 50 * 2 ** attempt));
  }
  return found;
}

/** Months as they are listed, from a moment backwards. */
export function* monthsBackFrom(now: string): Generator<string> {
  const month = new Date(`${now.slice(0, 7)}-01T00:00:00.000Z`);
  for (let i = 0; i < MONTHS; i++) {
    yield month.toISOString();
    month.setUTCMonth(month.getUTCMonth() - 1);
  }
}
