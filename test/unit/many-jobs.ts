import { documentClient } from '../../aws/clients.ts';
import { dynamodbRuns } from '../../aws/dynamodb-runs.ts';
import type { StartMessage } from '../../contracts/generated/types.ts';
import { sketchOf } from '../../core/comparison/sketch.ts';
import { openedState } from '../../core/job.ts';
import { jobId, runJobSort, sourcePlace } from '../../core/keys.ts';
import { recordedRun } from '../../core/rescore/run.ts';
import { type RescoreDependencies, rescore } from '../../functions/rescore/rescore.ts';
import { aJob, aSummary, MODEL, NOW } from './factories.ts';
import { MANIFEST } from './functions/fan-out-world.ts';
import { REQUEST, RUN_ID } from './functions/rescore-world.ts';
import { memoryRuns } from './memory-runs.ts';

/** Items of a page, as DynamoDB would be asked for them. */
export const PAGE = 500;

/** The n-th past job, in the order of the index. */
function pastItem(n: number) {
  const key = `incoming/${MODEL.name}/${String(n).padStart(9, '0')}.csv`;
  const source = { bucket: 'input', key, versionId: 'v1' };
  const { sourceTime, createdAt } = aJob();
  const job = { jobId: jobId(source, MODEL.name), source, sourceTime, createdAt };
  return { ...job, model: { ...MODEL, version: 1 }, sourcePlace: sourcePlace(source, createdAt) };
}

/** The n-th job of a run, in the order of ids. */
const runItem = (n: number) => ({ sk: runJobSort(n.toString(16).padStart(24, '0')), status: 'completed' });

interface Query {
  IndexName?: string;
  Limit: number;
  ExclusiveStartKey?: { n?: number; sk?: string };
  ExpressionAttributeValues: Record<string, string>;
}

/** A client whose table is made as it is asked for, page by page: nothing of it is in memory. It counts its requests. */
function madeTable(jobs: number) {
  const requests = new Map<string, number>();
  const client = documentClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  client.send = (async (command: { constructor: { name: string }; input: Query }) => {
    const { IndexName = 'table', Limit, ExclusiveStartKey: start, ExpressionAttributeValues } = command.input;
    const name = `${command.constructor.name} ${IndexName}, ${Limit}`;
    requests.set(name, (requests.get(name) ?? 0) + 1);
    const item = IndexName === 'table' ? runItem : pastItem;
    let n = start?.n ?? (start?.sk ? Number.parseInt(start.sk.slice('job#'.length), 16) + 1 : 0);
    const from = ExpressionAttributeValues[':from'] ?? '';
    while (IndexName !== 'table' && n < jobs && pastItem(n).sourcePlace < from) n++;
    const Items = Array.from({ length: Math.min(Limit, jobs - n) }, (_, i) => item(n + i));
    const next = n + Items.length;
    return { Items, ...(next < jobs && { LastEvaluatedKey: { n: next } }) };
  }) as never;
  return { client, requests };
}

/** A run of very many past jobs, by the real function and the real queries; the rest is made as it is asked for. */
export async function runOfMany(jobs: number, onStep: () => void = () => {}) {
  const { client, requests } = madeTable(jobs);
  const { pastJobs, jobsOfRun } = dynamodbRuns(client, 'jobs');
  const { runs, found } = memoryRuns();
  const counts = { sent: 0, reads: 0, mostRead: 0, heads: 0, listingSteps: 0, summarySteps: 0, summaries: 0 };
  const dependencies: RescoreDependencies = {
    runs: {
      ...runs,
      ...{ pastJobs, jobsOfRun },
      async advanceRun(...step) {
        counts.listingSteps++;
        onStep();
        return runs.advanceRun(...step);
      },
      async advanceSummary(...step) {
        counts.summarySteps++;
        onStep();
        return runs.advanceSummary(...step);
      },
    },
    ledger: {
      async readJobs(ids) {
        counts.reads++;
        counts.mostRead = Math.max(counts.mostRead, ids.length);
        return ids.map((id) => {
          const job = aJob({ jobId: id });
          return { job, state: { ...openedState(job), status: 'completed' } };
        });
      },
      async readSummary(id) {
        counts.summaries++;
        return aSummary({ jobId: id, comparison: comparisonOf(id) });
      },
    },
    models: {
      current: async () => Buffer.from('{"version":2}'),
      manifest: async () => Buffer.from(JSON.stringify(MANIFEST)),
      names: async () => [MODEL.name],
    },
    async describe({ bucket, key }) {
      counts.heads++;
      return { object: { bucket, key, versionId: 'v1' } };
    },
    now: () => NOW,
    timeLeft: () => 60_000,
    async sendStarts(messages: StartMessage[]) {
      counts.sent += messages.length;
    },
    sendContinue: async () => {},
  };
  await runs.openRun(recordedRun(RUN_ID, REQUEST, NOW));
  const goOn = () => rescore({ type: 'continue', runId: RUN_ID }, dependencies);
  const run = () => found.get(RUN_ID) ?? notThere();
  /** All its jobs end with scores. */
  const endJobs = () => void Object.assign(run(), { jobsCompleted: jobs });
  return { goOn, run, endJobs, requests, counts, summary: () => runs.readRunSummary(RUN_ID) };
}

/** What changed differs from job to job, so that a summary that keeps all of it would grow. */
function comparisonOf(id: string) {
  const n = Number.parseInt(id.slice(-8), 16);
  const after = 0.1 + (n % 80) / 100;
  return {
    ...{ jobId: id, rowsInCommon: 1, rowsOnlyBefore: 0, rowsOnlyAfter: 0, psi: n / 1000 },
    difference: { count: 1, mean: after, m2: 0, min: after, max: after, sketch: sketchOf([after]) },
    labels: { changed: 1, cells: [{ before: `label ${n % 20}`, after: 'other', rows: 1 }] },
    moved: [{ row: n, before: 0, after }],
  };
}

function notThere(): never {
  throw new Error('There is no run.');
}
