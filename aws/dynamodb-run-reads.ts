import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { RescoreRun, RunSummary } from '../contracts/generated/types.ts';
import * as keys from '../core/keys.ts';
import type { PastJob, RunJob, Runs } from '../core/rescore/runs.ts';
import { dynamodbItems, type Item } from './dynamodb-items.ts';
import { monthsBackFrom, withoutKeys } from './dynamodb-ledger-reads.ts';

/** Of an index, or of a run's jobs: what is in memory at a time. */
const ITEMS_A_PAGE = 500;

type Reads = Pick<
  Runs,
  'readRun' | 'readRunSummary' | 'jobsOfRun' | 'recentRuns' | 'openRuns' | 'pastJobs' | 'isPaused'
>;

export const runKey = (runId: string) => ({ pk: keys.runPartition(runId), sk: keys.RUN });
export const summaryKey = (runId: string) => ({ pk: keys.runPartition(runId), sk: keys.SUMMARY });
export const pauseOf = (schedule: string) => ({ pk: keys.schedulePartition(schedule), sk: keys.PAUSE });

/** The questions about runs: every read of a run is consistent, the indexes are read as they are. */
export function runReads(client: DynamoDBDocumentClient, table: string): Reads {
  const items = dynamodbItems(client, table);
  const readRun = async (runId: string) => {
    const item = await items.read(runKey(runId));
    return item && withoutKeys<RescoreRun>(item);
  };

  return {
    readRun,

    async readRunSummary(runId) {
      const item = await items.read(summaryKey(runId));
      return item && withoutKeys<RunSummary>(item);
    },

    async *jobsOfRun(runId, after) {
      const pk = keys.runPartition(runId);
      for await (const { sk, status } of items.query({
        ConsistentRead: true,
        Limit: ITEMS_A_PAGE,
        KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :jobs)',
        ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
        ExpressionAttributeValues: { ':pk': pk, ':jobs': keys.runJobSort('') },
        ...(after !== undefined && { ExclusiveStartKey: { pk, sk: keys.runJobSort(after) } }),
      }))
        yield { jobId: keys.jobOfRunSort(String(sk)), status: status as RunJob['status'] };
    },

    async *recentRuns(now) {
      for (const month of monthsBackFrom(now))
        for await (const item of items.query({
          IndexName: 'by-month',
          ScanIndexForward: false,
          KeyConditionExpression: '#month = :month',
          ExpressionAttributeNames: { '#month': 'month' },
          ExpressionAttributeValues: { ':month': keys.runsMonthPartition(month) },
        }))
          yield withoutKeys<RescoreRun>(item);
    },

    async *openRuns() {
      for await (const { pk } of items.query({
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
      for await (const item of items.query({
        IndexName: 'by-model',
        Limit: ITEMS_A_PAGE,
        KeyConditionExpression: '#modelOfPast = :model AND #sourcePlace BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#modelOfPast': 'modelOfPast', '#sourcePlace': 'sourcePlace' },
        ExpressionAttributeValues: { ':model': model, ':from': from, ':to': to },
      }))
        yield pastJobOf(item);
    },

    async isPaused(schedule) {
      return (await items.read(pauseOf(schedule)))?.paused === true;
    },
  };
}

function pastJobOf({ jobId, source, sourceTime, createdAt, model, runId }: Item): PastJob {
  return { jobId, source, sourceTime, createdAt, model, ...(runId !== undefined && { runId }) } as PastJob;
}
