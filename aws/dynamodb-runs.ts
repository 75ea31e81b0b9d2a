import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  type QueryCommandInput,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { RescoreRun } from '../contracts/generated/types.ts';
import { isCompleted } from '../core/job.ts';
import * as keys from '../core/keys.ts';
import { allJobsEnded, endOf, OUTCOMES } from '../core/rescore/run.ts';
import type { PastJob, Runs } from '../core/rescore/runs.ts';
import { monthsBackFrom, withoutKeys } from './dynamodb-ledger-reads.ts';
import { conditional, type Expressions, unlessConditionFails } from './dynamodb-writes.ts';

type Item = Record<string, unknown>;
const PAST_JOBS_A_PAGE = 500;

/** The runs in the Jobs table: under one partition a run, the item `run` and one per job that has ended. */
export function dynamodbRuns(client: DynamoDBDocumentClient, table: string): Runs {
  const runKey = (runId: string) => ({ pk: keys.runPartition(runId), sk: keys.RUN });
  const read = async (Key: Item): Promise<Item | undefined> =>
    (await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))).Item;
  const readRun = async (runId: string) => {
    const item = await read(runKey(runId));
    return item && withoutKeys<RescoreRun>(item);
  };
  const update = (Key: Item, { update, ...condition }: Expressions & { update: string }) => ({
    TableName: table,
    Key,
    UpdateExpression: update,
    ...conditional({ update, ...condition }),
  });
  const updateRun = (runId: string, expressions: Expressions & { update: string }) =>
    unlessConditionFails(() => client.send(new UpdateCommand(update(runKey(runId), expressions))));
  const put = (Item: Item, condition: Expressions) =>
    unlessConditionFails(() =>
      client.send(new PutCommand({ TableName: table, Item, ...conditional(condition) })),
    );
  const query = async function* (input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Item> {
    for await (const { Items = [] } of paginateQuery({ client }, { TableName: table, ...input }))
      yield* Items;
  };

  return {
    readRun,

    async *recentRuns(now) {
      for (const month of monthsBackFrom(now))
        for await (const item of query({
          IndexName: 'by-month',
          ScanIndexForward: false,
          KeyConditionExpression: '#month = :month',
          ExpressionAttributeNames: { '#month': 'month' },
          ExpressionAttributeValues: { ':month': keys.runsMonthPartition(month) },
        }))
          yield withoutKeys<RescoreRun>(item);
    },

    async *openRuns() {
      for await (const { pk } of query({
        IndexName: 'open-jobs',
        KeyConditionExpression: '#openShard = :runs',
        ExpressionAttributeNames: { '#openShard': 'openShard' },
        ExpressionAttributeValues: { ':runs': keys.OPEN_RUNS },
      })) {
        const run = await readRun(keys.runOfPartition(String(pk)));
        if (run) yield run;
      }
    },

    async *pastJobs(model, from, to) {
      for await (const item of query({
        IndexName: 'by-model',
        Limit: PAST_JOBS_A_PAGE,
        KeyConditionExpression: '#modelOfPast = :model AND #sourcePlace BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#modelOfPast': 'modelOfPast', '#sourcePlace': 'sourcePlace' },
        ExpressionAttributeValues: { ':model': model, ':from': from, ':to': to },
      }))
        yield pastJobOf(item);
    },

    async openRun(run) {
      const item = {
        ...runKey(run.runId),
        ...run,
        month: keys.runsMonthPartition(run.createdAt),
        openShard: keys.OPEN_RUNS,
        openSince: run.createdAt,
      };
      return (await put(item, { condition: 'attribute_not_exists(#pk)' })) ? 'opened' : 'exists';
    },

    async takeTurn(model, runId, before = runId) {
      const key = { pk: keys.turnPartition(model), sk: keys.TURN };
      const taken = await put(
        { ...key, runId },
        {
          condition: 'attribute_not_exists(#pk) OR #runId = :before OR #runId = :runId',
          values: { before, runId },
        },
      );
      return taken ? runId : String((await read(key))?.runId);
    },

    startRun: (runId, { version, since }, at) =>
      updateRun(runId, {
        update: `SET #status = :running, #version = :version, #progressAt = :at${since ? ', #since = :since' : ''}`,
        condition: '#status = :waiting',
        values: { running: 'running', waiting: 'waiting', version, at, ...(since && { since }) },
      }),

    advanceRun: ({ runId, checkpoint: before }, { checkpoint, counts, goneSources }, at) => {
      const found = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const counted = OUTCOMES.filter((outcome) => counts[outcome]);
      return updateRun(runId, {
        update:
          'SET #checkpoint = :checkpoint, #goneSources = :goneSources, #progressAt = :at ' +
          `ADD #found :found${counted.map((outcome) => `, #${outcome} :${outcome}`).join('')}`,
        condition: `#status = :running AND ${before === undefined ? 'attribute_not_exists(#checkpoint)' : '#checkpoint = :before'}`,
        values: {
          ...{ checkpoint, goneSources, at, found, running: 'running' },
          ...Object.fromEntries(counted.map((outcome) => [outcome, counts[outcome]])),
          ...(before !== undefined && { before }),
        },
      });
    },

    endListing: ({ runId, checkpoint }, at) =>
      updateRun(runId, {
        update: 'SET #listed = :yes, #progressAt = :at',
        condition: `#status = :running AND #listed = :no AND ${checkpoint === undefined ? 'attribute_not_exists(#checkpoint)' : '#checkpoint = :checkpoint'}`,
        values: { yes: true, no: false, running: 'running', at, ...(checkpoint && { checkpoint }) },
      }),

    async countJob(runId, { jobId, attempt, status }, at) {
      const key = { pk: keys.runPartition(runId), sk: keys.runJobSort(jobId) };
      const before = await read(key);
      if (before && Number(before.attempt) >= attempt) return false;
      const counter = counterOf(String(status));
      const other = before && counterOf(String(before.status));
      const isSame = other === counter;
      const putJob = {
        TableName: table,
        Item: { ...key, attempt, status },
        ...conditional(
          before
            ? { condition: '#attempt = :before', values: { before: before.attempt } }
            : { condition: 'attribute_not_exists(#pk)' },
        ),
      };
      const count = update(runKey(runId), {
        update:
          'SET #progressAt = :at' +
          (isSame ? '' : ` ADD #${counter} :one${other ? `, #${other} :minusOne` : ''}`),
        condition: '#status = :running',
        values: {
          at,
          running: 'running',
          ...(!isSame && { one: 1 }),
          ...(other && !isSame && { minusOne: -1 }),
        },
      });
      const write = new TransactWriteCommand({ TransactItems: [{ Put: putJob }, { Update: count }] });
      return unlessConditionFails(() => client.send(write));
    },

    endRun: (runId, status, reason, at) =>
      updateRun(runId, {
        update: `SET #status = :status, #endedAt = :at, #progressAt = :at, #untold = :yes${reason ? ', #reason = :reason' : ''}`,
        condition: '#status IN (:waiting, :running)',
        values: { status, at, yes: true, waiting: 'waiting', running: 'running', ...(reason && { reason }) },
      }),

    completeRun: async (run, at) =>
      allJobsEnded(run) &&
      updateRun(run.runId, {
        update: 'SET #status = :status, #endedAt = :at, #progressAt = :at, #untold = :yes',
        condition:
          '#status = :running AND #listed = :yes AND #sent = :sent AND #jobsCompleted = :completed AND #jobsFailed = :failed',
        values: {
          ...{ status: endOf(run), at, yes: true, running: 'running', sent: run.sent },
          ...{ completed: run.jobsCompleted, failed: run.jobsFailed },
        },
      }),

    async markRunTold(runId) {
      await updateRun(runId, {
        update: 'REMOVE #untold, #openShard, #openSince',
        condition: 'attribute_exists(#untold)',
      });
    },

    async touchRun(runId, at) {
      await updateRun(runId, {
        update: 'SET #progressAt = :at',
        condition: 'attribute_exists(#openShard)',
        values: { at },
      });
    },

    async isPaused(schedule) {
      return (await read(pauseOf(schedule)))?.paused === true;
    },

    async setPaused(schedule, paused, at) {
      await client.send(new PutCommand({ TableName: table, Item: { ...pauseOf(schedule), paused, at } }));
    },
  };
}

const pauseOf = (schedule: string) => ({ pk: keys.schedulePartition(schedule), sk: keys.PAUSE });

const counterOf = (status: string) => (isCompleted(status) ? 'jobsCompleted' : 'jobsFailed');

function pastJobOf({ jobId, source, sourceTime, createdAt, model, runId }: Item): PastJob {
  return { jobId, source, sourceTime, createdAt, model, ...(runId !== undefined && { runId }) } as PastJob;
}
