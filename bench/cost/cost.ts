import type { Usage } from '../../contracts/generated/types.ts';
import { costOf, SERVICES } from '../../core/cost/cost.ts';
import { parseSettings } from '../../infra/load-settings.ts';
import type { Bench, Goal, Report, Size, Table } from '../bench.ts';
import prices from '../prices.json' with { type: 'json' };
import { breastCancer, diabetes, type Sample } from '../sources.ts';
import { batchTransform, batchTransformToTable, distributedMap, type Work } from './elsewhere.ts';
import { type CountedJob, countedJobs } from './jobs.ts';

const MILLION = 1_000_000;
/** With an id column, whose index doubles the writes, and without. */
const INDEXED = breastCancer;
const PLAIN = diabetes;
const ROWS: Record<Size, number> = { quick: 10_000, full: 100_000 };
const FILE_ROWS: Record<Size, number> = { quick: 40_000, full: 500_000 };
const SCALES = [1e5, 1e6, 1e8];
/** Lambda keeps five long polls of 20 s open for each queue. */
const POLLS_A_MONTH = (5 * 30 * 24 * 3600) / 20;
const MEMORY_MIB = parseSettings({}).runtimes.classic?.memoryMiB ?? 0;
const { dollars } = prices;

export const cost: Bench = {
  name: 'cost',
  async run(size: Size): Promise<Report> {
    const rows = await countedJobs('rows', [INDEXED, PLAIN], ROWS[size]);
    const files = await countedJobs('files', [INDEXED, PLAIN], FILE_ROWS[size]);
    const jobs = [...rows.jobs, ...files.jobs];
    const find = ({ model }: Sample, output: string) =>
      jobs.find((job) => job.model === model && job.output === output) as CountedJob;
    const [plainRows, plainFiles] = [find(PLAIN, 'rows'), find(PLAIN, 'files')];
    return {
      title: 'Dollars',
      about: ABOUT,
      goals: [
        writesGoal(plainRows, 1),
        writesGoal(find(INDEXED, 'rows'), 2),
        {
          what: 'a job with `output: files`',
          reference: 'the same rows with `output: rows`',
          ratio: perMillion(plainFiles) / perMillion(plainRows),
          sense: 'at most',
          goal: 0.02,
        },
        ...jobs.map(honestyGoal),
      ],
      tables: [byService(jobs), byKind(jobs), elsewhere(plainRows, plainFiles), idle(rows.polledQueues)],
      notes: NOTES,
    };
  },
};

const ABOUT = `A stack with the settings of a deployment scores files on the embedded host, through a proxy that counts every request of its functions and what DynamoDB
says that it took; time is what Lambda's reports bill, at the deployed memory, after the functions have started. All of it is multiplied with [prices](../bench/prices.json) of
${prices.region}, ${prices.asOf}. \`${INDEXED.model}\` has an id column, so that every row is written into the by-record index too; \`${PLAIN.model}\` has none. The embedded host is slower than
DynamoDB, so the time is rather too long.`;

const NOTES = `The reference of a job that writes rows is the price of one write unit a row, of two where the index has the row too.
*Told* is what the job itself tells (\`dropscore job show\`). The host rates reads lower than DynamoDB does, so that jobs tell more of them. A start of a predictor is
billed as well, some two seconds: about $0.00006 each, and in no figure here.

Elsewhere is computed from published prices, each in its best case: Distributed Map has Express children of 256 KiB of rows, whose functions take as long for a row as ours and no fixed
time, and nothing keeps account; Batch Transform has one \`ml.m5.xlarge\` whose four processors are all busy from two minutes after its start. Into a table all cost
the same, since the table does. Into files Batch Transform is cheaper from some millions of rows a job: an hour of its processors costs less than of Lambda's.`;

const perMillion = ({ counted, rows }: CountedJob) => (costOf(counted).total / rows) * MILLION;

function writesGoal(job: CountedJob, units: number): Goal {
  return {
    what: `a job with \`output: rows\`${units > 1 ? ' and the by-record index' : ''}`,
    reference: units > 1 ? 'two write units a row' : 'one write unit a row',
    ratio: costOf(job.counted).total / (job.rows * units * dollars.writeUnit),
    sense: 'at most',
    goal: 1.1,
  };
}

function honestyGoal({ model, output, counted, told }: CountedJob): Goal {
  const ratio = costOf(told).total / costOf(counted).total;
  return {
    what: `what the job of ${model} with \`output: ${output}\` tells`,
    reference: 'what was counted, whichever is more',
    ratio: Math.max(ratio, 1 / ratio),
    sense: 'at most',
    goal: 1.1,
  };
}

function byService(jobs: readonly CountedJob[]): Table {
  return {
    title: 'Dollars per million rows',
    columns: ['job', 'rows', 'chunks', 'DynamoDB', 'Lambda', 'S3', 'SQS', 'EventBridge', 'total', 'told'],
    align: ['left', ...Array.from({ length: 9 }, () => 'right' as const)],
    rows: jobs.map((job) => {
      const counted = costOf(job.counted);
      const scale = MILLION / job.rows;
      return [
        nameOf(job),
        ...[job.rows, job.chunks].map((number) => number.toLocaleString('en-US')),
        ...[...SERVICES, 'total' as const].map((part) => money(counted[part] * scale)),
        money(costOf(job.told).total * scale),
      ];
    }),
  };
}

function byKind(jobs: readonly CountedJob[]): Table {
  const kinds = Object.keys(jobs[0]?.counted ?? {}) as (keyof Usage)[];
  const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 1 });
  return {
    title: 'Counted / told, of the whole job',
    columns: ['', ...jobs.map(nameOf)],
    align: ['left', ...jobs.map(() => 'right' as const)],
    rows: kinds.map((kind) => [
      kind,
      ...jobs.map(({ counted, told }) => `${number(counted[kind])} / ${number(told[kind])}`),
    ]),
  };
}

/** Ours are the counted ones: what a job takes besides its rows is in them as often as it would be in smaller ones. */
function elsewhere(rows: CountedJob, files: CountedJob): Table {
  const work: Omit<Work, 'rows'> = {
    ...{ unitsPerRow: 1, memoryMiB: MEMORY_MIB, jsonBytes: jsonBytes() },
    ...{ msPerRow: rows.msPerRow, predictMsPerRow: files.msPerRow },
  };
  const at = (of: (work: Work) => number) => SCALES.map((scale) => money(of({ ...work, rows: scale })));
  return {
    title: 'The same work elsewhere, dollars',
    columns: ['', ...SCALES.map((scale) => `${scale.toLocaleString('en-US')} rows`)],
    align: ['left', 'right', 'right', 'right'],
    rows: [
      ['into a table: dropscore, `output: rows`', ...at((one) => (perMillion(rows) * one.rows) / MILLION)],
      ['into a table: Step Functions Distributed Map', ...at(distributedMap)],
      ['into a table: SageMaker Batch Transform, and a loader', ...at(batchTransformToTable)],
      ['into files: dropscore, `output: files`', ...at((one) => (perMillion(files) * one.rows) / MILLION)],
      ['into files: SageMaker Batch Transform', ...at(batchTransform)],
    ],
  };
}

/** Distributed Map makes an object of each row, with the names of the columns. */
function jsonBytes(): number {
  const values = PLAIN.records('', 0, 1).trimEnd().split(',');
  const row = Object.fromEntries(PLAIN.header.split(',').map((name, i) => [name, values[i]]));
  return Buffer.byteLength(JSON.stringify(row));
}

function idle(queues: number): Table {
  const requests = queues * POLLS_A_MONTH;
  return {
    title: 'An idle stack, a month',
    columns: ['', 'requests', 'dollars'],
    align: ['left', 'right', 'right'],
    rows: [
      [`polling of ${queues} queues`, requests.toLocaleString('en-US'), money(requests * dollars.sqsRequest)],
    ],
  };
}

const nameOf = ({ model, output }: CountedJob) => `${model}, ${output}`;
const money = (amount: number): string => amount.toFixed(amount < 0.01 ? 6 : amount < 10 ? 4 : 2);
