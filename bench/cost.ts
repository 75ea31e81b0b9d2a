/**
 * What a million rows cost, from a job that the local stack has scored: its item sizes, its chunks, its measured times.
 *
 *     npx tsx bench/cost.ts JOB
 *
 * Write units follow DynamoDB's rules: a unit per KB of an item, twice in a transaction, once more per index written.
 * A predictor's time is the local one, in which the embedded store is the ceiling: on AWS it is expected to be less.
 */
import { cpus } from 'node:os';
import { openConnection } from '../cli/connection.ts';
import type { Chunk, Score } from '../contracts/generated/types.ts';
import { parseSettings } from '../infra/load-settings.ts';
import { status } from '../local/local-stack.ts';
import prices from './prices.json' with { type: 'json' };

const MILLION = 1_000_000;
const SAMPLE_ROWS = 1000;
/** Partition, sort and index keys of a score item, which its contract leaves out. */
const KEY_BYTES = 160;
const { dollars } = prices;

const [jobId = ''] = process.argv.slice(2);
const local = status();
if (!local.running || !jobId)
  throw new Error('usage: npx tsx bench/cost.ts JOB, with the local stack running');
const connection = await openConnection({
  kind: 'local',
  stack: local.stack.stack,
  endpoint: local.stack.endpoint,
});
const ledger = await connection.ledger();
const view = await ledger.readJob(jobId);
if (!view?.state.rowsTotal) throw new Error(`Job ${jobId} has no rows.`);

const chunks: Chunk[] = [];
for await (const chunk of ledger.chunksOf(jobId)) chunks.push(chunk);
const scores: Score[] = [];
for await (const page of (await connection.scores()).scoresOf(jobId, 0, SAMPLE_ROWS)) scores.push(...page);

const memoryMiB = parseSettings({}).runtimes.classic?.memoryMiB ?? 0;
const rows = view.state.rowsTotal;
const chunksAMillion = MILLION / view.job.settings.chunkRows;
const rowUnits = mean(scores.map((score) => units(itemBytes(score) + KEY_BYTES)));
const indexed = scores.some(({ recordId }) => recordId !== undefined);
const chunkUnits = mean(chunks.map((chunk) => units(itemBytes(chunk))));
const gbSeconds = (sum(chunks.map(({ ms = 0 }) => ms)) / 1000 / rows) * MILLION * (memoryMiB / 1024);

const parts: [string, number, number][] = [
  ['row items', MILLION * rowUnits, dollars.writeUnit],
  ['by-record index', indexed ? MILLION * rowUnits : 0, dollars.writeUnit],
  [
    'ledger: put, then a transaction of two items',
    chunksAMillion * (1 + 2 * (chunkUnits + 1)),
    dollars.writeUnit,
  ],
  ['predictor, GB-seconds', gbSeconds, dollars.lambdaGbSecond],
  ['invocations', chunksAMillion + 1, dollars.lambdaRequest],
  ['SQS: send, receive, delete', chunksAMillion * 3, dollars.sqsRequest],
  ['S3 ranges read', chunksAMillion * 2, dollars.s3Get],
  ['result files written', chunksAMillion, dollars.s3Put],
];
const total = sum(parts.map(([, count, price]) => count * price));
const writes = (parts[0] as (typeof parts)[0])[1] * dollars.writeUnit;
const files = total - writes - (parts[1] as (typeof parts)[0])[1] * dollars.writeUnit;

console.log(
  `Prices: ${prices.region}, ${prices.asOf}. Machine: ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}.`,
);
console.log(
  `Job: ${rows} rows, ${chunks.length} chunks, ${view.job.modelName}; chunks of ${view.job.settings.chunkRows} rows.\n`,
);
console.log('| per million rows | count | dollars |\n|---|---:|---:|');
for (const [what, count, price] of parts)
  console.log(`| ${what} | ${Math.round(count).toLocaleString('en')} | ${(count * price).toFixed(4)} |`);
console.log(`| **total** | | **${total.toFixed(4)}** |`);
console.log(
  `\nTotal / row writes alone: ${(total / writes).toFixed(2)} ×. With output \`files\`: ${files.toFixed(4)} dollars, ${((files / total) * 100).toFixed(1)} % of that.`,
);

/** Names and values in UTF-8, numbers about half a byte a digit: the size rules of DynamoDB's developer guide. */
function itemBytes(value: unknown): number {
  if (typeof value === 'number') return Math.ceil(String(value).replace(/\D/g, '').length / 2) + 2;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return 3 + sum(value.map((item) => itemBytes(item) + 1));
  if (value === null || typeof value !== 'object') return 1;
  return 3 + sum(Object.entries(value).map(([name, item]) => Buffer.byteLength(name) + itemBytes(item) + 1));
}

function units(bytes: number): number {
  return Math.ceil(bytes / 1024);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function mean(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}
