import type { Bench, Report, Size, Table } from '../bench.ts';
import { type Comparison, compareLocally, type Plan } from './local.ts';
import { timePlot } from './tables.ts';

const PREDICTORS = [2, 4];
const PLANS: Record<Size, readonly Plan[]> = {
  quick: [
    {
      output: 'files',
      chunkRows: 5000,
      rows: { measured: 40_000, predicted: 120_000 },
      predictors: PREDICTORS,
    },
    {
      output: 'rows',
      chunkRows: 2500,
      rows: { measured: 10_000, predicted: 20_000 },
      predictors: PREDICTORS,
    },
  ],
  full: [
    {
      output: 'files',
      chunkRows: 20_000,
      rows: { measured: 200_000, predicted: 800_000 },
      predictors: PREDICTORS,
    },
    {
      output: 'rows',
      chunkRows: 5000,
      rows: { measured: 60_000, predicted: 180_000 },
      predictors: PREDICTORS,
    },
  ],
};

const ROUNDS = { quick: 1, full: 3 } as const;

/** The simulation of docs/scaling.md, held against the local stack. */
export const scaling: Bench = { name: 'scaling', run };

async function run(size: Size): Promise<Report> {
  const comparisons: Comparison[] = [];
  for (const plan of PLANS[size]) comparisons.push(...(await compareLocally(plan, ROUNDS[size])));
  return {
    title: 'Scaling',
    about: ABOUT,
    goals: [
      {
        what: 'time to finish, predicted from the parts of a smaller job: the worst of all runs, the longer by the shorter',
        reference: 'measured on the local stack',
        ratio: Math.max(...comparisons.map(off)),
        sense: 'at most',
        goal: 1.25,
      },
    ],
    tables: [comparisonTable(comparisons)],
    plots: [timePlot()],
    notes: NOTES,
  };
}

const ABOUT = `\
The simulation by which [scaling](scaling.md) is told, held against the local stack at a small scale. One job with two predictors gives the parts: seconds a chunk, rows that
fan-out splits a second, CPU of all processes and of the host, which does one thing at a time, so that chunks wait for each other there; and what of a CPU other work on the machine leaves. From these the simulation predicts larger jobs, with as many predictors and
with twice as many: the machine's processors are its only quota. Times are from the job's opening to its end, functions are warm. Jobs go in turns, and of each the shortest run counts.`;

const NOTES = `\
- Tried first: the least of the predictors' rate and the host's, which foretells twice the pace for twice the predictors. Four with \`output: files\` were measured at 0.61 to 0.72 of that, on a
  machine with a load of 14 to 19. Mean value analysis of one host and its predictors counts the waiting there; on the same loaded machine it came to 0.93 and to 0.65 in two runs, so that it has not been shown to be better.
- Processors are shared with whatever else runs here. What that leaves is measured once a run, so that predictions are worth little on a machine whose load changes.`;

const off = ({ predictedSeconds, seconds }: Comparison): number =>
  Math.max(predictedSeconds / seconds, seconds / predictedSeconds);

const comparisonTable = (comparisons: readonly Comparison[]): Table => ({
  columns: [
    'output',
    'rows',
    'predictors',
    'predicted, s',
    'measured, s',
    'predicted by measured',
    'held back by',
  ],
  align: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
  rows: comparisons.map(({ output, rows, predictors, predictedSeconds, seconds, limit }) => [
    `\`${output}\``,
    rows.toLocaleString('en'),
    predictors,
    predictedSeconds.toFixed(1),
    seconds.toFixed(1),
    (predictedSeconds / seconds).toFixed(2),
    limit,
  ]),
});
