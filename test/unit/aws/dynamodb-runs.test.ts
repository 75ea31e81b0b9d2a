import { expect, it } from 'vitest';
import { documentClient } from '../../../aws/clients.ts';
import { dynamodbRuns } from '../../../aws/dynamodb-runs.ts';
import { openedState } from '../../../core/job.ts';
import { jobId, sourcePlace } from '../../../core/keys.ts';
import { endOf, recordedRun } from '../../../core/rescore/run.ts';
import { rescore } from '../../../functions/rescore/rescore.ts';
import { aJob, MODEL, NOW } from '../factories.ts';
import { MANIFEST } from '../functions/fan-out-world.ts';
import { REQUEST, RUN_ID } from '../functions/rescore-world.ts';
import { memoryRuns } from '../memory-runs.ts';

const JOBS = 10_000;
const PAGE = 500;

/** The n-th past job, in the order of the index. */
function pastItem(n: number) {
  const source = {
    bucket: 'input',
    key: `incoming/tumours/${String(n).padStart(6, '0')}.csv`,
    versionId: 'v1',
  };
  const { sourceTime, createdAt } = aJob();
  const model = { ...MODEL, version: 1 };
  return {
    ...{ jobId: jobId(source, MODEL.name), source, sourceTime, createdAt, model },
    sourcePlace: sourcePlace(source, createdAt),
  };
}

/** A client whose table is made as it is asked for, page by page; it counts its requests. */
function anIndexOf(jobs: number) {
  const requests = new Map<string, number>();
  const client = documentClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  client.send = (async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const { name } = command.constructor;
    requests.set(name, (requests.get(name) ?? 0) + 1);
    const { IndexName, Limit, ExclusiveStartKey, ExpressionAttributeValues } = command.input as {
      IndexName?: string;
      Limit: number;
      ExclusiveStartKey?: { n: number };
      ExpressionAttributeValues: Record<string, string>;
    };
    expect([name, IndexName, Limit]).toEqual(['QueryCommand', 'by-model', PAGE]);
    let n = ExclusiveStartKey?.n ?? 0;
    while (n < jobs && pastItem(n).sourcePlace < (ExpressionAttributeValues[':from'] ?? '')) n++;
    const Items = Array.from({ length: Math.min(PAGE, jobs - n) }, (_, i) => pastItem(n + i));
    const next = n + Items.length;
    return { Items, ...(next < jobs && { LastEvaluatedKey: { n: next } }) };
  }) as never;
  return { client, requests };
}

it('10,000 past jobs are asked for with flat memory and without a scan', async () => {
  const { client, requests } = anIndexOf(JOBS);
  const { runs, found } = memoryRuns();
  let [sent, reads, heads, most] = [0, 0, 0, 0];
  let writes = 0;
  const asked = new Set<string>();
  await runs.openRun(recordedRun(RUN_ID, REQUEST, NOW));
  await rescore(
    { type: 'continue', runId: RUN_ID },
    {
      runs: {
        ...runs,
        pastJobs: dynamodbRuns(client, 'jobs').pastJobs,
        advanceRun: async (...step) => {
          writes++;
          return runs.advanceRun(...step);
        },
      },
      ledger: {
        readSummary: async () => undefined,
        async readJobs(ids) {
          reads++;
          most = Math.max(most, ids.length);
          return ids.map((id) => {
            const job = aJob({ jobId: id });
            return { job, state: { ...openedState(job), status: 'completed' } };
          });
        },
      },
      models: {
        current: async () => Buffer.from('{"version":2}'),
        manifest: async () => Buffer.from(JSON.stringify(MANIFEST)),
        names: async () => [MODEL.name],
      },
      async describe({ bucket, key }) {
        heads++;
        return { object: { bucket, key, versionId: 'v1' } };
      },
      now: () => NOW,
      timeLeft: () => 60_000,
      async sendStarts(messages) {
        sent += messages.length;
        for (const { source } of messages) asked.add(source.key);
      },
      sendContinue: async () => {},
    },
  );
  const run = found.get(RUN_ID) ?? expect.unreachable();
  expect(run).toMatchObject({ found: JOBS, sent: JOBS, listed: true });
  expect([sent, asked.size, endOf(run)]).toEqual([JOBS, JOBS, 'completed']);
  // Twenty queries of the index, 200 steps of fifty, a HEAD each: nothing grows with what went before.
  expect([...requests]).toEqual([['QueryCommand', JOBS / PAGE]]);
  expect([reads, most, writes, heads]).toEqual([200, 50, 200, JOBS]);
});
