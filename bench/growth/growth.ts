import type { Bench, Plot, Report, Size, Table } from '../bench.ts';
import { ownStack } from '../own-stack.ts';
import { plus, score, warmUp } from '../scored.ts';
import { diabetes } from '../sources.ts';
import { HOST } from '../workers.ts';

/** What all jobs of one size took together. */
interface Cost {
  /** Of a job. */
  rows: number;
  jobs: number;
  seconds: number;
  /** Of each function's workers, and of the host. */
  cpuSeconds: Map<string, number>;
}

const SIZES: Record<Size, readonly number[]> = {
  quick: [10_000, 100_000, 1_000_000],
  full: [10_000, 100_000, 1_000_000, 10_000_000],
};

/** Smaller jobs come in such numbers that all predictors are busy at each size: processors that share a core are slower together. */
const ROWS_AT_ONCE: Record<Size, number> = { quick: 400_000, full: 1_000_000 };

/** What a row costs, from small sources to large ones. */
export const growth: Bench = { name: 'growth', run };

async function run(size: Size): Promise<Report> {
  const own = await ownStack({ stackName: 'Growth', output: 'files' });
  try {
    await warmUp(own, diabetes);
    const costs = new Map<number, Cost>();
    for (const rows of upAndDown(SIZES[size])) {
      const jobs = Math.max(1, ROWS_AT_ONCE[size] / rows);
      costs.set(rows, sum(costs.get(rows), { rows, jobs, ...(await score(own, diabetes, rows, jobs)) }));
    }
    return report([...costs.values()], ROWS_AT_ONCE[size]);
  } finally {
    await own.close();
  }
}

/** So that what the machine does meanwhile, and the host's growing memory, is not taken for a cost of the size. */
const upAndDown = (sizes: readonly number[]): number[] => [...sizes, ...sizes.slice(0, -1).reverse()];

const sum = (first: Cost | undefined, second: Cost): Cost =>
  first
    ? {
        rows: first.rows,
        jobs: first.jobs + second.jobs,
        seconds: first.seconds + second.seconds,
        cpuSeconds: plus(first.cpuSeconds, second.cpuSeconds),
      }
    : second;

function report(costs: readonly Cost[], rowsAtOnce: number): Report {
  const largest = costs.at(-1);
  if (!largest) throw new Error('Nothing was measured.');
  const smallest = costs[0] ?? largest;
  return {
    title: 'Growth',
    about: about(rowsAtOnce),
    goals: [
      {
        what: `CPU a row, ${told(smallest.rows)} to ${told(largest.rows)} rows, \`output: files\``,
        reference: 'the least of a smaller size',
        ratio: cpuARow(largest) / Math.min(...costs.slice(0, -1).map(cpuARow)),
        sense: 'at most',
        goal: 1.1,
      },
    ],
    tables: [overview(costs)],
    notes: notes(smallest, largest),
    plots: [plot(costs, largest)],
  };
}

const about = (
  rowsAtOnce: number,
): string => `What a row costs in jobs of growing size, with \`output: files\` on the embedded host with the settings of a deployment and warm
functions. The rows are those of \`sample-data/diabetes.csv\` over and over (10 features). Of small sources so many are dropped at once
that they have ${told(rowsAtOnce)} rows together; sizes go up, and down again.

CPU is that of all workers of the functions, which is what is paid for on AWS; rows a second depend on what else the machine does. The cost of a row at the largest size is held against the least of the smaller sizes: small jobs
are dearer by what any job takes whatever its rows, and that must not hide a growth.`;

const notes = (smallest: Cost, largest: Cost): string =>
  `- A job of ${told(smallest.rows)} rows takes ${(beforeItsRows(smallest, largest) * 1000).toFixed(0)} ms of CPU beyond its rows at the cost of the largest.
- As many predictors are at work as the machine has processors (\`local/host/turns.py\`). On AWS there are 50, which four processors are too few for:
  1,000,000 rows of 30 features took 9.4, 7.1, 8.7 and 41.9 s with 2, 3, 4 and 50, for most of which the 50 imported their libraries.`;

const told = (count: number): string => count.toLocaleString('en');

const functionsCpu = ({ cpuSeconds }: Cost): number =>
  [...cpuSeconds].reduce((total, [name, seconds]) => (name === HOST ? total : total + seconds), 0);
const rowsOf = ({ rows, jobs }: Cost): number => rows * jobs;
const cpuARow = (cost: Cost): number => functionsCpu(cost) / rowsOf(cost);
const timeARow = (cost: Cost): number => cost.seconds / rowsOf(cost);

/** What a job takes whatever its rows: CPU seconds, by what its rows would at the cost of the largest size. */
const beforeItsRows = (cost: Cost, largest: Cost): number => (cpuARow(cost) - cpuARow(largest)) * cost.rows;

const FUNCTIONS = ['Predictorclassic', 'FanOut', 'Complete', HOST];

function overview(costs: readonly Cost[]): Table {
  const columns = ['rows of a job', 'jobs', 'rows/s', 'all functions', ...FUNCTIONS];
  return {
    title: 'CPU, µs a row',
    columns,
    align: columns.map(() => 'right'),
    rows: costs.map((cost) => [
      told(cost.rows),
      cost.jobs,
      (1 / timeARow(cost)).toFixed(0),
      microseconds(cpuARow(cost)),
      ...FUNCTIONS.map((name) => microseconds((cost.cpuSeconds.get(name) ?? 0) / rowsOf(cost))),
    ]),
  };
}

const microseconds = (seconds: number): string => (seconds * 1e6).toFixed(2);

const plot = (costs: readonly Cost[], largest: Cost): Plot => ({
  name: 'growth',
  title: 'What a job takes by its rows',
  kind: 'lines',
  xTitle: 'rows',
  yTitle: 'CPU seconds of all functions',
  logarithmic: true,
  series: [
    { name: 'measured', points: costs.map((cost) => [cost.rows, functionsCpu(cost) / cost.jobs]) },
    {
      name: 'flat cost of the largest',
      points: costs.map((cost) => [cost.rows, cpuARow(largest) * cost.rows]),
    },
  ],
});
