import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { GetQueueAttributesCommand, type QueueAttributeName } from '@aws-sdk/client-sqs';
import Papa from 'papaparse';
import { documentClient, s3Client, sqsClient } from '../../aws/clients.ts';
import { dynamodbLedger } from '../../aws/dynamodb-ledger.ts';
import { dynamodbScoreReader } from '../../aws/dynamodb-score-reader.ts';
import { getObject, putObject } from '../../aws/s3-objects.ts';
import { describeStack } from '../../aws/stack-outputs.ts';
import type { Chunk, Score } from '../../contracts/generated/types.ts';
import { isTerminal, type JobView } from '../../core/job.ts';
import { incomingKey, jobId, resultPartKey } from '../../core/keys.ts';
import { localAws } from '../../local/local-aws.ts';
import type { LocalStack } from '../../local/local-stack.ts';

/** The deployed stack as a test sees it: what users do, and what they find afterwards. */
export async function openPipeline(stack: LocalStack) {
  const aws = localAws(stack.endpoint);
  const { resources } = await describeStack(aws, stack.stack);
  const s3 = s3Client(aws);
  const sqs = sqsClient(aws);
  const ledger = dynamodbLedger(documentClient(aws), resources.jobsTable);
  const scores = dynamodbScoreReader(documentClient(aws), resources.scoresTable);

  const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
    const found: T[] = [];
    for await (const item of items) found.push(item);
    return found;
  };

  return {
    stack,
    aws,
    resources,
    s3,
    sqs,
    ledger,

    /** Puts a file where users put it. @returns the id of the job that it starts. */
    async drop(file: string, body: string | Buffer, model = 'breast-cancer'): Promise<string> {
      const source = await putObject(s3, resources.inputBucket, incomingKey(model, file), body, 'text/csv');
      return jobId(source, model);
    },

    /** Waits until a condition holds of a job; a test's own time limit ends the wait. */
    async until(id: string, condition: (view: JobView) => boolean): Promise<JobView> {
      for (;;) {
        const view = await ledger.readJob(id);
        if (view && condition(view)) return view;
        await sleep(100);
      }
    },

    ended(id: string): Promise<JobView> {
      return this.until(id, ({ state }) => isTerminal(state.status));
    },

    chunksOf: (id: string): Promise<Chunk[]> => all(ledger.chunksOf(id)),

    /** Waits until a queue holds no message, waiting or in flight. @returns how many it holds when the wait ends. */
    async drained(QueueUrl: string, limitMs = Number.POSITIVE_INFINITY): Promise<number> {
      const until = Date.now() + limitMs;
      const names: QueueAttributeName[] = [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ];
      for (;;) {
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names }),
        );
        const left = names.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
        if (left === 0 || Date.now() > until) return left;
        await sleep(100);
      }
    },

    async scoresOf(id: string, rows: number): Promise<Score[]> {
      return (await all(scores.scoresOf(id, 0, rows))).flat();
    },
    historyOf: async (model: string, recordId: string) =>
      (await all(scores.scoresOfRecord(model, recordId))).flat(),

    /** All rows of a job's result files, or of those of some chunks, as text. */
    async resultRows(
      id: string,
      model = 'breast-cancer',
      of?: readonly Chunk[],
    ): Promise<Record<string, string>[]> {
      const rows: Record<string, string>[] = [];
      for (const { chunk } of of ?? (await all(ledger.chunksOf(id)))) {
        const part = await getObject(s3, resources.resultsBucket, resultPartKey(model, id, chunk));
        if (!part) throw new Error(`Chunk ${chunk} has no result file.`);
        rows.push(
          ...Papa.parse<Record<string, string>>(gunzipSync(part).toString(), {
            header: true,
            skipEmptyLines: true,
          }).data,
        );
      }
      return rows;
    },
  };
}

export type Pipeline = Awaited<ReturnType<typeof openPipeline>>;
