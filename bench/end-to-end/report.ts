import type { SettingsInput } from '../../infra/settings.ts';
import type { Goal, Report, Table } from '../bench.ts';
import { median } from '../interleaved.ts';
import { HOST } from '../workers.ts';
import type { Ceiling, Extent, Round } from './round.ts';

export type Output = NonNullable<SettingsInput['output']>;

/** All rounds of jobs of so many rows. */
export interface Measured {
  rows: number;
  output: Output;
  rounds: Round[];
}

const NOTES = `- The local store sets the pace: the host is one process, which takes all of one processor. In a profile 87 % of its time is in BatchWriteItem, most of
  it for checking each item twice and counting its size.
- In a profile of a job the host's checks of the predictor's role (the account's own key, which the reference signs with, has none) take 4 % of its time, and the threads that look for
  messages and stream records 5 %. What else the job has and the reference does not (upload, splitting, reading back) is some tenths of a second.
- Short runs of a few seconds, as the references are, differ by a fifth on a machine with neighbours: the best single one of them beside a job of three minutes made ratios
  between 0.73 and 0.96 of the same code. Hence the medians.
- Tried, and kept: the host collects garbage among young objects alone. With Python's thresholds 1,000,000 rows took 228 s and 223 µs a row of the host's CPU, without any collection
  192 s and 187 µs; 300,000 rows took 60.0 s, without any collection 57.2, and with the thresholds of \`local/host/host.py\` 58.0.
- Tried without gain: four predictors instead of two (22.6 s and 22.0 s for 100,000 rows).`;

/** What came of all rounds: ratios are of medians. */
export function report(measured: readonly Measured[], extent: Extent): Report {
  return {
    title: 'End to end',
    about: about(extent),
    goals: measured.filter(({ output }) => output === 'rows').flatMap(goalsOf),
    tables: [overview(measured), ceilingTable(measured)],
    notes: NOTES,
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
  host, with the predictor's client, by one, two or four processes of four threads: those count that write most.
- *script*: \`pandas.read_csv\`, \`predict_proba\` and boto3's \`batch_writer\` in one process, of the first ${scriptRows.toLocaleString('en')} rows, into such a table; a test of
  two items shows that they are the job's. Imports are not counted.

All three are measured in turns, right after each other; medians. On a machine with other work to do, the host's CPU is the steadier figure.`;

const rateOf = ({ rounds }: Measured): number => median(rounds.map(({ rate }) => rate));
const scriptOf = ({ rounds }: Measured): number => median(rounds.map(({ script }) => script));
/** What those writers reach that reach most by their median, into a table like the job's: the best of all runs would be luck. */
const ceilingOf = (measured: Measured): number =>
  Math.max(...ceilingsOf(measured).map(({ withIndex, rate }) => (withIndex ? rate : 0)));

/** For each number of writers and kind of table the medians of all its runs. */
function ceilingsOf({ rounds }: Measured): Ceiling[] {
  const runs = rounds.flatMap(({ ceilings }) => ceilings);
  const first = runs.filter((run, index) => runs.findIndex((other) => areAlike(run, other)) === index);
  return first.map((run) => {
    const alike = runs.filter((other) => areAlike(run, other));
    const rate = median(alike.map(({ rate }) => rate));
    return { ...run, rate, cpuSeconds: median(alike.map(({ cpuSeconds }) => cpuSeconds)) };
  });
}

const areAlike = (one: Ceiling, other: Ceiling): boolean =>
  one.withIndex === other.withIndex && one.processes === other.processes && one.threads === other.threads;

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
    columns: ['host after jobs of', 'table', 'processes × threads', 'rows/s', 'host, CPU µs a row'],
    align: ['left', 'left', 'left', 'right', 'right'],
    rows: measured.flatMap((each) =>
      ceilingsOf(each).map(({ withIndex, processes, threads, rate, cpuSeconds }) => [
        label(each),
        withIndex ? 'with index' : 'without',
        `${processes} × ${threads}`,
        rate.toFixed(0),
        (cpuSeconds * 1e6).toFixed(0),
      ]),
    ),
  };
}

const label = ({ rows, output }: Measured): string => `${rows.toLocaleString('en')}, ${output}`;
