import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Chunk, Reason } from '../contracts/generated/types.ts';
import { figuresOf } from '../core/comparison/merge.ts';
import * as keys from '../core/keys.ts';
import type { Ledger } from '../core/ledger.ts';
import { ABSENT, dynamodbItems, type Update } from './dynamodb-items.ts';
import { ledgerReads, withoutKeys } from './dynamodb-ledger-reads.ts';

/** The ledger in the Jobs table: under one partition a job, the items `info`, `state`, `summary` and one per chunk. */
export function dynamodbLedger(client: DynamoDBDocumentClient, table: string): Ledger {
  const items = dynamodbItems(client, table);
  const key = (jobId: string, sk: string) => ({ pk: keys.jobPartition(jobId), sk });
  const updating = (jobId: string, sk: string, expressions: Update) =>
    items.updating(key(jobId, sk), expressions);
  const updateState = (jobId: string, expressions: Update) =>
    items.update(key(jobId, keys.STATE), expressions);
  const readChunk = async (jobId: string, chunk: number) => {
    const item = await items.read(key(jobId, keys.chunkSort(chunk)));
    return item && withoutKeys<Chunk>(item);
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
      const opened = [info, { ...key(jobId, keys.STATE), ...state, ...business }];
      return (await items.together(...opened.map((item) => items.putting(item, ABSENT))))
        ? 'opened'
        : 'exists';
    },

    async putChunk(chunk) {
      const item = { ...key(chunk.jobId, keys.chunkSort(chunk.chunk)), ...chunk };
      return (await items.put(item, ABSENT)) ? chunk : ((await readChunk(chunk.jobId, chunk.chunk)) ?? chunk);
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
      const endChunk = updating(jobId, keys.chunkSort(chunk), {
        update: 'SET #status = :failed, #reason = :reason, #rowsScored = :none, #rowsFailed = :rows',
        condition: '#status = :open AND #attempt = :attempt',
        values: { open: 'open', failed: 'failed', reason, none: 0, rows, attempt },
      });
      const count = updating(jobId, keys.STATE, {
        update: 'SET #progressAt = :at ADD #remaining :minusOne, #chunksFailed :one, #rowsFailed :rows',
        condition: '#status = :running',
        values: { at, minusOne: -1, one: 1, rows, running: 'running' },
      });
      return items.together(endChunk, count);
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
      const openChunk = updating(jobId, keys.chunkSort(chunk), {
        update:
          'SET #status = :open, #attempt = :attempt REMOVE #reason, #lastError, #rowsScored, #rowsFailed',
        condition: '#status = :failed AND #attempt < :attempt',
        values: { open: 'open', failed: 'failed', attempt },
      });
      const uncount = updating(jobId, keys.STATE, {
        update: 'SET #progressAt = :at ADD #remaining :one, #chunksFailed :minusOne, #rowsFailed :minusRows',
        condition: '#status = :running AND #attempt = :attempt AND attribute_exists(#reopening)',
        values: { at, one: 1, minusOne: -1, minusRows: -rows, running: 'running', attempt },
      });
      return items.together(openChunk, uncount);
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
      const end = updating(jobId, keys.STATE, {
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
      return items.together(end, items.putting({ ...key(jobId, keys.SUMMARY), ...summary }));
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
