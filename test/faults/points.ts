import type { Rule } from './proxy.ts';
import type { AwsRequest } from './requests.ts';

/** Where in a job's life a request stands: the steps between which a process may die. */

const holding =
  (...texts: string[]) =>
  ({ body }: AwsRequest) =>
    texts.every((text) => body.includes(text));

export const opensJob: Rule = { on: 'DynamoDB.TransactWriteItems', when: holding('"info"') };
export const putsChunk: Rule = { on: 'DynamoDB.PutItem', when: holding('chunk#') };
export const sendsChunks: Rule = { on: 'SQS.SendMessageBatch', when: holding('firstRow') };
export const sendsContinue: Rule = { on: 'SQS.SendMessageBatch', when: holding('continue') };
export const movesCheckpoint: Rule = {
  on: 'DynamoDB.UpdateItem',
  when: ({ body }) => body.includes(':checkpoint') && !body.includes(':chunksTotal'),
};
export const setsTotal: Rule = { on: 'DynamoDB.UpdateItem', when: holding(':chunksTotal') };

/** The source, from its first row or the checkpoint to its end; whoever looks at it first, or scores a chunk, names both ends. */
export const splitsSource = (file: string): Rule => ({
  ...{ on: 'S3.GetObject', about: file },
  when: ({ headers }) => headers.some((value) => /^bytes=\d+-$/.test(value)),
});
export const readsChunk = (file: string): Rule => ({
  ...{ on: 'S3.GetObject', about: file },
  when: ({ headers }) => headers.some((value) => /^bytes=[1-9]\d*-\d+$/.test(value)),
});

export const readsState: Rule = { on: 'DynamoDB.GetItem', when: holding('"state"') };
/** Of the rows of one chunk, the batch that holds its first. */
export const writesItems = (firstRow = 0): Rule => ({
  on: 'DynamoDB.BatchWriteItem',
  when: holding(`"sk":{"N":"${firstRow}"}`),
});
export const putsResult = (chunk = 0): Rule => ({
  on: 'S3.PutObject',
  when: ({ url }) => url.includes(`/part-0000${chunk}`),
});
export const endsChunk = (chunk = 0): Rule => ({
  on: 'DynamoDB.TransactWriteItems',
  when: holding(`chunk#000000${chunk}`, ':scored'),
});

export const reopensJob: Rule = { on: 'DynamoDB.UpdateItem', when: holding(':before') };
export const endsJob: Rule = { on: 'DynamoDB.TransactWriteItems', when: holding(':none', ':status') };
export const announces: Rule = { on: 'Events.PutEvents' };

/** What the watchdog does to a job that stands still. */
export const touchesState: Rule = {
  on: 'DynamoDB.UpdateItem',
  when: holding('attribute_exists(#openShard)'),
};

/** Of a step's sources, ten at a time. */
export const asksForJobs: Rule = { on: 'SQS.SendMessageBatch', when: holding('renews') };
export const countsSources: Rule = { on: 'DynamoDB.UpdateItem', when: holding(':goneSources') };
export const endsListing: Rule = { on: 'DynamoDB.UpdateItem', when: holding('SET #listed') };
export const keepsSummary: Rule = { on: 'DynamoDB.PutItem', when: holding('"uncompared"') };
export const endsRun: Rule = { on: 'DynamoDB.TransactWriteItems', when: holding('"uncompared"') };
