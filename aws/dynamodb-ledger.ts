import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Chunk } from '../contracts/generated/types.ts';
import * as keys from '../core/keys.ts';
import type { Ledger } from '../core/ledger.ts';
import { ledgerReads, withoutKeys } from './dynamodb-ledger-reads.ts';
import { conditional, type Expressions, unlessConditionFails } from './dynamodb-writes.ts';

/** The ledger in the Jobs table: under one partition a job, the items `info`, `state`, `summary` and one per chunk. */
export function dynamodbLedger(client: DynamoDBDocumentClient, table: string): Ledger {
  const key = (jobId: string, sk: string) => ({ pk: keys.jobPartition(jobId), sk });
  const update = (jobId: string, sk: string, { update, ...condition }: Expressions & { update: string }) => ({
    TableName: table,
    Key: key(jobId, sk),
    UpdateExpression: update,
    ...conditional({ update, ...condition }),
  });
  const putNew = (Item: Record<string, unknown>) => ({
    TableName: table,
    Item,
    ...conditional({ condition: 'attribute_not_exists(#pk)' }),
  });
  const updateState = (jobId: string, expressions: Expressions & { update: string }) =>
    unlessConditionFails(() => client.send(new UpdateCommand(update(jobId, keys.STATE, expressions))));
  const readChunk = async (jobId: string, chunk: number) => {
    const get = { TableName: table, Key: key(jobId, keys.chunkSort(chunk)), ConsistentRead: true };
    const { Item } = await client.send(new GetCommand(get));
    return Item && withoutKeys<Chunk>(Item);
  };

  return {
    ...ledgerReads(client, table),
    readChunk,

    async openJob(job, state) {
      const { jobId, createdAt } = job;
      const info = { ...key(jobId, keys.INFO), ...job, month: keys.monthPartition(createdAt) };
      const business = { openShard: keys.openShard(jobId), openSince: createdAt };
      const items = [info, { ...key(jobId, keys.STATE), ...state, ...business }];
      const write = new TransactWriteCommand({ TransactItems: items.map((item) => ({ Put: putNew(item) })) });
      return (await unlessConditionFails(() => client.send(write))) ? 'opened' : 'exists';
    },

    async putChunk(chunk) {
      const item = { ...key(chunk.jobId, keys.chunkSort(chunk.chunk)), ...chunk };
      const put = await unlessConditionFails(() => client.send(new PutCommand(putNew(item))));
      return put ? chunk : ((await readChunk(chunk.jobId, chunk.chunk)) ?? chunk);
    },

    advance: (jobId, checkpoint, at) =>
      updateState(jobId, {
        update: 'SET #checkpoint = :checkpoint, #progressAt = :at',
        condition: '#status = :running AND #checkpoint.#chunk < :chunk',
        values: { checkpoint, chunk: checkpoint.chunk, at, running: 'running' },
      }),

    finishSplit: (jobId, { rowsTotal, chunksTotal, checkpoint, notes }, at) =>
      updateState(jobId, {
        update:
          'SET #splitDone = :done, #rowsTotal = :rowsTotal, #chunksTotal = :chunksTotal, ' +
          `#checkpoint = :checkpoint, #progressAt = :at${notes ? ', #notes = :notes' : ''} ADD #remaining :chunksTotal`,
        condition: '#status = :running AND #splitDone = :notDone',
        values: {
          ...{ rowsTotal, chunksTotal, checkpoint, at, done: true, notDone: false, running: 'running' },
          ...(notes && { notes }),
        },
      }),

    async writeOffChunk(jobId, chunk, reason, at) {
      const written = await readChunk(jobId, chunk);
      if (written?.status !== 'open') return false;
      const rows = written.reference.rowCount;
      const endChunk = update(jobId, keys.chunkSort(chunk), {
        update: 'SET #status = :failed, #reason = :reason, #rowsScored = :none, #rowsFailed = :rows',
        condition: '#status = :open',
        values: { open: 'open', failed: 'failed', reason, none: 0, rows },
      });
      const count = update(jobId, keys.STATE, {
        update: 'SET #progressAt = :at ADD #remaining :minusOne, #chunksFailed :one, #rowsFailed :rows',
        condition: '#status = :running',
        values: { at, minusOne: -1, one: 1, rows, running: 'running' },
      });
      const write = new TransactWriteCommand({ TransactItems: [{ Update: endChunk }, { Update: count }] });
      return unlessConditionFails(() => client.send(write));
    },

    failJob: (jobId, reason, at) =>
      updateState(jobId, {
        update: 'SET #status = :failed, #reason = :reason, #endedAt = :at',
        condition: '#status = :running',
        values: { failed: 'failed', reason, at, running: 'running' },
      }),

    async putSummary(summary) {
      const item = { ...key(summary.jobId, keys.SUMMARY), ...summary };
      await client.send(new PutCommand({ TableName: table, Item: item }));
    },

    endJob: (jobId, status, reason, at) =>
      updateState(jobId, {
        update: `SET #status = :status, #endedAt = :at${reason ? ', #reason = :reason' : ''}`,
        condition: '#status = :running AND #splitDone = :done AND #remaining = :none',
        values: { status, at, running: 'running', done: true, none: 0, ...(reason && { reason }) },
      }),

    async markAnnounced(jobId) {
      await updateState(jobId, {
        update: 'REMOVE #openShard, #openSince',
        condition: 'attribute_exists(#pk)',
      });
    },

    async touch(jobId, at) {
      await updateState(jobId, {
        update: 'SET #progressAt = :at',
        condition: 'attribute_exists(#openShard)',
        values: { at },
      });
    },
  };
}
