import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { jobsFiguresOf } from '../core/comparison/jobs.ts';
import { isCompleted, type JobStatus } from '../core/job.ts';
import * as keys from '../core/keys.ts';
import { allJobsEnded, endOf, OUTCOMES } from '../core/rescore/run.ts';
import type { Runs } from '../core/rescore/runs.ts';
import { ABSENT, dynamodbItems, type Update } from './dynamodb-items.ts';
import { pauseOf, runKey, runReads, summaryKey } from './dynamodb-run-reads.ts';

/** The runs in the Jobs table: under one partition a run, the items `run` and `summary`, and one per job that has ended. */
export function dynamodbRuns(client: DynamoDBDocumentClient, table: string): Runs {
  const items = dynamodbItems(client, table);
  const updateRun = (runId: string, update: Update) => items.update(runKey(runId), update);

  return {
    ...runReads(client, table),

    async openRun(run) {
      const item = {
        ...runKey(run.runId),
        ...run,
        month: keys.runsMonthPartition(run.createdAt),
        openShard: keys.OPEN_RUNS,
        openSince: run.createdAt,
      };
      return (await items.put(item, ABSENT)) ? 'opened' : 'exists';
    },

    async takeTurn(model, runId, before = runId) {
      const key = { pk: keys.turnPartition(model), sk: keys.TURN };
      const taken = await items.put(
        { ...key, runId },
        {
          condition: 'attribute_not_exists(#pk) OR #runId = :before OR #runId = :runId',
          values: { before, runId },
        },
      );
      return taken ? runId : String((await items.read(key))?.runId);
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
        condition: `#status = :running AND ${standsAt(before)}`,
        values: {
          ...{ checkpoint, goneSources, at, found, running: 'running' },
          ...Object.fromEntries(counted.map((outcome) => [outcome, counts[outcome]])),
          ...(before !== undefined && { before }),
        },
      });
    },

    endListing: ({ runId, checkpoint: before }, at) =>
      updateRun(runId, {
        update: 'SET #listed = :yes, #progressAt = :at',
        condition: `#status = :running AND #listed = :no AND ${standsAt(before)}`,
        values: { yes: true, no: false, running: 'running', at, ...(before !== undefined && { before }) },
      }),

    async countJob(runId, { jobId, attempt, status }, at) {
      const key = { pk: keys.runPartition(runId), sk: keys.runJobSort(jobId) };
      const before = await items.read(key);
      if (before && Number(before.attempt) >= attempt) return false;
      const putJob = items.putting(
        { ...key, attempt, status },
        before ? { condition: '#attempt = :before', values: { before: before.attempt } } : ABSENT,
      );
      return items.together(
        putJob,
        items.updating(runKey(runId), countOf(status, before?.status as JobStatus | undefined, at)),
      );
    },

    beginSummary: async (run, at) =>
      allJobsEnded(run) &&
      updateRun(run.runId, {
        update: 'SET #status = :summarising, #progressAt = :at',
        condition:
          '#status = :running AND #listed = :yes AND #sent = :sent AND #jobsCompleted = :completed AND #jobsFailed = :failed',
        values: {
          ...{ summarising: 'summarising', running: 'running', at, yes: true },
          ...{ sent: run.sent, completed: run.jobsCompleted, failed: run.jobsFailed },
        },
      }),

    advanceSummary: (summary, before) =>
      items.put({ ...summaryKey(summary.runId), ...summary }, summaryAt(before)),

    completeRun(run, summary, before, at) {
      const comparison = jobsFiguresOf(summary.comparison);
      const end = items.updating(runKey(run.runId), {
        update:
          'SET #status = :status, #comparison = :comparison, #endedAt = :at, #progressAt = :at, #untold = :yes',
        condition: '#status = :summarising',
        values: { status: endOf(run), comparison, at, yes: true, summarising: 'summarising' },
      });
      return items.together(end, items.putting({ ...summaryKey(run.runId), ...summary }, summaryAt(before)));
    },

    endRun: (runId, status, reason, at) =>
      updateRun(runId, {
        update: `SET #status = :status, #endedAt = :at, #progressAt = :at, #untold = :yes${reason ? ', #reason = :reason' : ''}`,
        condition: '#status IN (:waiting, :running, :summarising)',
        values: {
          ...{ waiting: 'waiting', running: 'running', summarising: 'summarising' },
          ...{ status, at, yes: true },
          ...(reason && { reason }),
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

    async setPaused(schedule, paused, at) {
      await items.put({ ...pauseOf(schedule), paused, at });
    },
  };
}

/** How far a listing was, when whoever moves it read it. */
const standsAt = (before: string | undefined): string =>
  before === undefined ? 'attribute_not_exists(#checkpoint)' : '#checkpoint = :before';

/** A whole summary has no checkpoint: nobody moves it any more. */
const summaryAt = (before: string | undefined) =>
  before === undefined ? ABSENT : { condition: standsAt(before), values: { before } };

/** A job's attempt counts in the place of an earlier one. */
function countOf(status: JobStatus, before: JobStatus | undefined, at: string): Update {
  const counter = counterOf(status);
  const other = before && counterOf(before);
  const condition = '#status = :running';
  const values = { at, running: 'running' };
  if (other === counter) return { update: 'SET #progressAt = :at', condition, values };
  return {
    update: `SET #progressAt = :at ADD #${counter} :one${other ? `, #${other} :minusOne` : ''}`,
    condition,
    values: { ...values, one: 1, ...(other && { minusOne: -1 }) },
  };
}

const counterOf = (status: JobStatus) => (isCompleted(status) ? 'jobsCompleted' : 'jobsFailed');
