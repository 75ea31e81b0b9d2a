import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Chunk, Reason } from '../contracts/generated/types.ts';
import { figuresOf } from '../core/comparison/merge.ts';
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

  const stopJob = (
    jobId: string,
    end: { status: 'failed' | 'cancelled'; reason: Reason; at: string; attempt?: number },
  ) =>
    updateState(jobId, {
      update: 'SET #status = :status, #reason = :reason, #endedAt = :at',
      condition: `#status = :running${end.attempt === undefined ? '' : ' AND #attempt = :attempt'}`,
      values: { ...end, running: 'running' },
    });

  return {
    ...ledgerReads(client, table),
    readChunk,

    async openJob(job, state) {
      const { jobId, createdAt } = job;
      const places = { month: keys.monthPartition(createdAt), ...keys.placeInPast(job) };
      const info = { ...key(jobId, keys.INFO), ...job, ...places };
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

    holdSplit: (jobId, hold, checkpoint) =>
      updateState(jobId, {
        update: 'SET #held = :hold, #checkpoint = :checkpoint, #progressAt = :at',
        condition:
          '#status = :running AND #splitDone = :notDone AND attribute_not_exists(#held) AND ' +
          'attribute_not_exists(#approvedBeyond)',
        values: { hold, checkpoint, at: hold.since, notDone: false, running: 'running' },
      }),

    async markHoldTold(jobId) {
      await updateState(jobId, {
        update: 'REMOVE #held.#untold',
        condition: '#status = :running AND attribute_exists(#held)',
        values: { running: 'running' },
      });
    },

    approveJob: (jobId, attempt, at) =>
      updateState(jobId, {
        update: 'SET #approvedBeyond = #held.#limit, #progressAt = :at REMOVE #held',
        condition: '#status = :running AND #attempt = :attempt AND attribute_exists(#held)',
        values: { running: 'running', attempt, at },
      }),

    async writeOffChunk({ jobId, chunk, attempt }, reason, at) {
      const written = await readChunk(jobId, chunk);
      if (written?.status !== 'open' || written.attempt !== attempt) return false;
      const rows = written.reference.rowCount;
      const endChunk = update(jobId, keys.chunkSort(chunk), {
        update: 'SET #status = :failed, #reason = :reason, #rowsScored = :none, #rowsFailed = :rows',
        condition: '#status = :open AND #attempt = :attempt',
        values: { open: 'open', failed: 'failed', reason, none: 0, rows, attempt },
      });
      const count = update(jobId, keys.STATE, {
        update: 'SET #progressAt = :at ADD #remaining :minusOne, #chunksFailed :one, #rowsFailed :rows',
        condition: '#status = :running',
        values: { at, minusOne: -1, one: 1, rows, running: 'running' },
      });
      const write = new TransactWriteCommand({ TransactItems: [{ Update: endChunk }, { Update: count }] });
      return unlessConditionFails(() => client.send(write));
    },

    failJob: (jobId, reason, at) => stopJob(jobId, { status: 'failed', reason, at }),
    cancelJob: (jobId, attempt, reason, at) => stopJob(jobId, { status: 'cancelled', reason, at, attempt }),

    reopenJob: (jobId, attempt, at) =>
      updateState(jobId, {
        update:
          'SET #status = :running, #attempt = :attempt, #reopening = :yes, #progressAt = :at, ' +
          '#openShard = :shard, #openSince = :at REMOVE #reason, #endedAt, #comparison',
        condition: '#status <> :running AND #attempt = :before',
        values: {
          ...{ running: 'running', attempt, before: attempt - 1, yes: true, at },
          shard: keys.openShard(jobId),
        },
      }),

    async reopenChunk(jobId, chunk, attempt, at) {
      const written = await readChunk(jobId, chunk);
      if (written?.status !== 'failed' || written.attempt >= attempt) return false;
      const rows = written.reference.rowCount;
      const openChunk = update(jobId, keys.chunkSort(chunk), {
        update:
          'SET #status = :open, #attempt = :attempt REMOVE #reason, #lastError, #rowsScored, #rowsFailed',
        condition: '#status = :failed AND #attempt < :attempt',
        values: { open: 'open', failed: 'failed', attempt },
      });
      const uncount = update(jobId, keys.STATE, {
        update: 'SET #progressAt = :at ADD #remaining :one, #chunksFailed :minusOne, #rowsFailed :minusRows',
        condition: '#status = :running AND #attempt = :attempt AND attribute_exists(#reopening)',
        values: { at, one: 1, minusOne: -1, minusRows: -rows, running: 'running', attempt },
      });
      const write = new TransactWriteCommand({ TransactItems: [{ Update: openChunk }, { Update: uncount }] });
      return unlessConditionFails(() => client.send(write));
    },

    endReopening: (jobId, attempt, at) =>
      updateState(jobId, {
        update: 'SET #progressAt = :at REMOVE #reopening',
        condition: '#status = :running AND #attempt = :attempt AND #reopening = :yes',
        values: { at, attempt, yes: true, running: 'running' },
      }),

    async endJob(summary, at) {
      const { jobId, attempt, status, reason } = summary;
      const comparison = summary.comparison && figuresOf(summary.comparison);
      const end = update(jobId, keys.STATE, {
        update: `SET #status = :status, #endedAt = :at${reason ? ', #reason = :reason' : ''}${comparison ? ', #comparison = :comparison' : ''}`,
        condition:
          '#status = :running AND #attempt = :attempt AND #splitDone = :done AND #remaining = :none AND ' +
          'attribute_not_exists(#reopening)',
        values: {
          status,
          attempt,
          at,
          running: 'running',
          done: true,
          none: 0,
          ...(reason && { reason }),
          ...(comparison && { comparison }),
        },
      });
      const put = { TableName: table, Item: { ...key(jobId, keys.SUMMARY), ...summary } };
      const write = new TransactWriteCommand({ TransactItems: [{ Update: end }, { Put: put }] });
      return unlessConditionFails(() => client.send(write));
    },

    async markAnnounced(jobId, attempt) {
      await updateState(jobId, {
        update: 'REMOVE #openShard, #openSince',
        condition: '#status <> :running AND #attempt = :attempt',
        values: { running: 'running', attempt },
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
