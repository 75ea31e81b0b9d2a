/**
 * What AWS allows, by stored copies of its pages that were read in November 2026, and what is assumed where no page says it. docs/scaling.md
 * is generated from both.
 */
export interface Figure {
  what: string;
  value: number;
  /** Of one value, as printed behind it. */
  unit: string;
  /** The page that says it; or what an assumption rests on. */
  source: string;
}

const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg';
const DYNAMODB = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide';

export const QUOTAS = {
  lambdaConcurrency: {
    what: 'Lambda: executions at the same time in an account and region; new accounts have less, and AWS raises it by use or on request',
    value: 1000,
    unit: '',
    source: `${LAMBDA}/gettingstarted-limits.html`,
  },
  lambdaGrowth: {
    what: 'Lambda: new instances of one function',
    value: 100,
    unit: 'a second (1,000 in ten)',
    source: `${LAMBDA}/scaling-behavior.html`,
  },
  pollersAtFirst: {
    what: 'SQS event source: messages worked on at the same time when a queue becomes active',
    value: 5,
    unit: '',
    source: `${LAMBDA}/services-sqs-scaling.html`,
  },
  pollersAMinute: {
    what: 'SQS event source: more of them each minute',
    value: 300,
    unit: '',
    source: `${LAMBDA}/services-sqs-scaling.html`,
  },
  sqsInFlight: {
    what: 'SQS: messages of a queue in flight',
    value: 120_000,
    unit: '',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html',
  },
  newTableUnits: {
    what: 'DynamoDB: write units of a new on-demand table, and of each index, at once (its warm throughput)',
    value: 4000,
    unit: 'a second',
    source: `${DYNAMODB}/pre-warming-on-demand-capacity-mode.html`,
  },
  doublingSeconds: {
    what: 'DynamoDB: time in which an on-demand table takes no more than twice its previous peak',
    value: 1800,
    unit: 's',
    source: `${DYNAMODB}/pre-warming-on-demand-capacity-mode.html`,
  },
  partitionUnits: {
    what: 'DynamoDB: write units of one partition, so of one partition key',
    value: 1000,
    unit: 'a second',
    source: `${DYNAMODB}/warm-throughput-scenarios.html`,
  },
  tableUnits: {
    what: 'DynamoDB: write units of an on-demand table, and of each index, unless AWS raises it',
    value: 40_000,
    unit: 'a second',
    source: `${DYNAMODB}/ServiceQuotas.html`,
  },
  s3Puts: {
    what: 'S3: PUT requests for a partitioned prefix',
    value: 3500,
    unit: 'a second',
    source: 'https://repost.aws/knowledge-center/http-5xx-errors-s3',
  },
  s3Gets: {
    what: 'S3: GET requests for a partitioned prefix',
    value: 5500,
    unit: 'a second',
    source: 'https://repost.aws/knowledge-center/http-5xx-errors-s3',
  },
} as const satisfies Record<string, Figure>;

export const ASSUMED = {
  streamMegabytes: {
    what: 'S3: one stream of an object, as fan-out reads it',
    value: 85,
    unit: 'MB a second',
    source: 'not measured here, and no page at hand says it',
  },
  batchSeconds: {
    what: 'DynamoDB: a BatchWriteItem of 25 small items',
    value: 0.01,
    unit: 's',
    source: 'not measured here; [settings](settings.md) holds for 5 to 50 ms',
  },
  transactionSeconds: {
    what: 'DynamoDB: a transaction on the job’s counters, of which one goes at a time',
    value: 0.01,
    unit: 's',
    source: 'not measured here; a second one at the same time is cancelled, and tried again',
  },
  requestsSeconds: {
    what: 'What a chunk waits for apart from its rows: invocation, two ledger reads, the forgotten, range, result file, transaction',
    value: 0.15,
    unit: 's',
    source: 'not measured here: some 20 ms each',
  },
  coldStartSeconds: {
    what: 'A new instance of a predictor',
    value: 3,
    unit: 's',
    source:
      'imports take 1 to 1.3 s of CPU here ([bench](performance.md#cold-start)), and Lambda fetches the layer',
  },
  stepSeconds: {
    what: 'Fan-out: ten chunks into ledger and queue, and the checkpoint',
    value: 0.05,
    unit: 's',
    source: 'not measured here: five requests, one after the other',
  },
} as const satisfies Record<string, Figure>;
