import type { SettingsInput } from '../../infra/settings.ts';
import type { Bench, Goal, Report, Size, Table } from '../bench.ts';
import { ownStack } from '../own-stack.ts';
import { warmUp } from '../scored.ts';
import { breastCancer } from '../sources.ts';
import { HOST } from '../workers.ts';
import { type Ceiling, type Extent, measureRound, type Round } from './round.ts';

type Output = NonNullable<SettingsInput['output']>;

/** All rounds of jobs of so many rows. */
interface Measured {
  rows: number;
  output: Output;
  rounds: Round[];
}

const EXTENTS: Record<Size, Extent> = {
  quick: { ceilingRows: 40_000, scriptRows: 20_000, withIndex: [true] },
  full: { ceilingRows: 60_000, scriptRows: 100_000, withIndex: [true, false] },
};

/** A drop's whole way to its items, beside what the local store takes at most and beside a script. */
export const endToEnd: Bench = { name: 'end-to-end', run };

async function run(size: Size): Promise<Report> {
  const extent = EXTENTS[size];
  const measured =
    size === 'quick'
      ? await measure('rows', extent, [[100_000, 1]])
      : [
          ...(await measure('rows', extent, [
            [100_000, 3],
            [1_000_000, 1],
          ])),
          ...(await measure('both', extent, [[100_000, 1]])),
        ];
  return {
    title: 'End to end',
    about: about(extent),
    goals: measured.filter(({ output }) => output === 'rows').flatMap(goalsOf),
    tables: [overview(measured), ceilingTable(measured)],
    plots: [
      {
        name: 'end-to-end',
        title: 'Rows a second on the local stack',
        kind: 'bars',
        xTitle: 'rows, output',
        yTitle: 'rows a second',
        series: [
          {
            name: 'most that the local store takes',
            points: measured.map((each) => [label(each), ceilingOf(each)]),
          },
          { name: 'dropscore', points: measured.map((each) => [label(each), rateOf(each)]) },
          { name: 'script', points: measured.map((each) => [label(each), scriptOf(each)]) },
        ],
      },
    ],
  };
}

const about = ({
  ceilingRows,
  scriptRows,
}: Extent): string => `From the beginning of the upload to the end of the job, on the embedded host with the settings of a deployment and
warm functions. The rows are those of \`sample-data/breast_cancer.csv\` over and over (30 features, an id of its own each).

- *BatchWriteItem alone*: the first ${ceilingRows.toLocaleString('en')} items of the job once more, encoded beforehand, into an empty table like the job's on the same
  host, with the predictor's client: the most of what one or two processes of four threads reach.
- *script*: \`pandas.read_csv\`, \`predict_proba\` and boto3's \`batch_writer\` in one process, of the first ${scriptRows.toLocaleString('en')} rows, into such a table; a test of
  two items shows that they are the job's. Imports are not counted.

All three are measured in turns, right after each other; medians.`;

/** @param wanted pairs of rows and rounds. */
async function measure(output: Output, extent: Extent, wanted: [number, number][]): Promise<Measured[]> {
  const own = await ownStack({ stackName: 'EndToEnd', output });
  try {
    await warmUp(own, breastCancer);
    const measured: Measured[] = [];
    for (const [rows, count] of wanted) {
      const rounds: Round[] = [];
      for (let round = 0; round < count; round++) rounds.push(await measureRound(own, rows, extent));
      measured.push({ rows, output, rounds });
    }
    return measured;
  } finally {
    await own.close();
  }
}

const rateOf = ({ rounds }: Measured): number => median(rounds.map(({ rate }) => rate));
const scriptOf = ({ rounds }: Measured): number => median(rounds.map(({ script }) => script));
/** Of a round the most that any number of writers reached, in a table like the job's. */
const ceilingOf = ({ rounds }: Measured): number =>
  median(
    rounds.map(({ ceilings }) =>
      Math.max(...ceilings.filter(({ withIndex }) => withIndex).map(({ rate }) => rate)),
    ),
  );

function goalsOf(measured: Measured): Goal[] {
  const what = `end to end on the local stack, ${label(measured)}`;
  return [
    {
      what,
      reference: 'BatchWriteItem alone',
      ratio: rateOf(measured) / ceilingOf(measured),
      sense: 'at least',
      goal: 0.8,
    },
    {
      what,
      reference: 'pandas, predict, batch_writer',
      ratio: rateOf(measured) / scriptOf(measured),
      sense: 'at least',
      goal: 1,
    },
  ];
}

const overview = (measured: readonly Measured[]): Table => ({
  columns: [
    'rows, output',
    'seconds',
    'rows/s',
    'script, rows/s',
    'BatchWriteItem alone, rows/s',
    'of that',
    'host, CPU µs a row',
    'functions, CPU µs a row',
  ],
  align: ['left', ...Array<'right'>(7).fill('right')],
  rows: measured.map((each) => [
    label(each),
    median(each.rounds.map(({ job }) => job.seconds)).toFixed(1),
    rateOf(each).toFixed(0),
    scriptOf(each).toFixed(0),
    ceilingOf(each).toFixed(0),
    (rateOf(each) / ceilingOf(each)).toFixed(2),
    microsecondsARow(each, (name) => name === HOST),
    microsecondsARow(each, (name) => name !== HOST),
  ]),
});

const microsecondsARow = ({ rows, rounds }: Measured, wanted: (name: string) => boolean): string => {
  const seconds = rounds.map(({ job }) =>
    [...job.cpuSeconds].filter(([name]) => wanted(name)).reduce((sum, [, each]) => sum + each, 0),
  );
  return ((median(seconds) / rows) * 1e6).toFixed(0);
};

function ceilingTable(measured: readonly Measured[]): Table {
  return {
    title: 'BatchWriteItem alone',
    columns: ['host after jobs of', 'table', 'processes × threads', 'rows/s'],
    align: ['left', 'left', 'left', 'right'],
    rows: measured.flatMap((each) =>
      [...byWriters(each)].map(([writers, rates]) => [
        label(each),
        ...writers.split('; '),
        median(rates).toFixed(0),
      ]),
    ),
  };
}

function byWriters({ rounds }: Measured): Map<string, number[]> {
  const rates = new Map<string, number[]>();
  for (const { withIndex, processes, threads, rate } of rounds.flatMap(
    ({ ceilings }): Ceiling[] => ceilings,
  )) {
    const writers = `${withIndex ? 'with index' : 'without'}; ${processes} × ${threads}`;
    rates.set(writers, [...(rates.get(writers) ?? []), rate]);
  }
  return rates;
}

const label = ({ rows, output }: Measured): string => `${rows.toLocaleString('en')}, ${output}`;

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
