import { execFileSync } from 'node:child_process';
import type { Usage } from '../../contracts/generated/types.ts';
import { addUsage, NO_USAGE } from '../../core/cost/usage.ts';
import type { Answer, Fault, FaultProxy, Injected } from '../../test/faults/proxy.ts';
import type { AwsRequest } from '../../test/faults/requests.ts';

const PYTHON = '.venv/bin/python';
const READS = ['DynamoDB.GetItem', 'DynamoDB.BatchGetItem', 'DynamoDB.Query'];
const WRITES = [
  ...['DynamoDB.PutItem', 'DynamoDB.UpdateItem', 'DynamoDB.TransactWriteItems'],
  'DynamoDB.BatchWriteItem',
];
const SENDS = ['SQS.SendMessage', 'SQS.SendMessageBatch'];

interface Capacity {
  CapacityUnits: number;
  Table?: { CapacityUnits: number };
}

/**
 * Counts what the functions ask for, request by request, and what DynamoDB says that each took: independent of what a job
 * tells of itself.
 */
export function countRequests(proxy: FaultProxy) {
  let used = NO_USAGE;
  const add = (more: Partial<Usage>) => {
    used = addUsage(used, more);
  };
  const on = (operations: readonly string[], fault: Fault) => {
    for (const operation of operations) {
      const counted: Injected = proxy.inject(
        { on: operation, times: Number.POSITIVE_INFINITY },
        (request, forward) => {
          // It keeps what it met, and that is every item of a job.
          counted.met.length = 0;
          return fault(request, forward);
        },
      );
    }
  };
  on(READS, async (request, forward) => {
    const answer = await forward(asking(request, 'TOTAL'));
    add({ readUnits: unitsOf(answer) });
    return answer;
  });
  on(WRITES, async (request, forward) => {
    const isScores = request.operation === 'DynamoDB.BatchWriteItem';
    const answer = await forward(isScores ? undefined : asking(request, 'TOTAL'));
    const units = unitsOf(answer);
    const rowWriteUnits = isScores ? unitsOf(answer, 'Table') : 0;
    add(isScores ? { rowWriteUnits, indexWriteUnits: units - rowWriteUnits } : { ledgerWriteUnits: units });
    return answer;
  });
  const countEach = (operations: readonly string[], more: Partial<Usage>) =>
    on(operations, (_, forward) => {
      add(more);
      return forward();
    });
  countEach(['S3.GetObject', 'S3.HeadObject', 'S3.ListObjects'], { s3Gets: 1 });
  countEach(['S3.PutObject'], { s3Puts: 1 });
  countEach(['Events.PutEvents'], { events: 1 });
  on(SENDS, (request, forward) => {
    // Whatever is sent is received and deleted once.
    add({ sqsRequests: 1 + 2 * messagesIn(request) });
    return forward();
  });
  return {
    /** Since the last time. */
    take(): Usage {
      const taken = used;
      used = NO_USAGE;
      return taken;
    },
  };
}

/** A request that asks what it took, unless it does already. */
function asking({ body }: AwsRequest, what: 'TOTAL'): object | undefined {
  const request = JSON.parse(body.toString());
  return 'ReturnConsumedCapacity' in request ? undefined : { ...request, ReturnConsumedCapacity: what };
}

function unitsOf({ body }: Answer, of?: 'Table'): number {
  const { ConsumedCapacity = [] }: { ConsumedCapacity?: Capacity | Capacity[] } = JSON.parse(body.toString());
  return [ConsumedCapacity]
    .flat()
    .reduce((sum, capacity) => sum + ((of ? capacity[of] : capacity)?.CapacityUnits ?? 0), 0);
}

function messagesIn({ body }: AwsRequest): number {
  const { Entries }: { Entries?: unknown[] } = JSON.parse(body.toString());
  return Entries?.length ?? 1;
}

export interface Billed {
  functions: { name: string; invocations: number; gbSeconds: number }[];
  polledQueues: number;
}

/** All that the host has run since it was started. */
export const billed = (endpoint: string): Billed =>
  JSON.parse(execFileSync(PYTHON, ['bench/cost/functions.py', endpoint], { encoding: 'utf8' }));
