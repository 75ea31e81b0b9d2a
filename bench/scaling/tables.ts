import type { Plot, Table } from '../bench.ts';
import { ASSUMED, type Figure, QUOTAS } from './quotas.ts';
import { type Deployment, days, mistakes, type Scenario, scenario } from './scenarios.ts';
import type { Limit } from './world.ts';

const NAMES: Record<Limit, string> = {
  'fan-out': 'fan-out: one stream a source',
  predictors: '`maximumConcurrency`',
  pollers: 'start of the event source',
  account: 'Lambda’s account quota',
  table: 'write units of the table',
  patience: 'throttled chunks that begin anew',
  ledger: 'counters of a job',
  S3: 'S3 requests',
  machine: 'this machine',
};
/** What held the pipeline back for less is left out. */
const TOLD_SHARE = 0.1;

/** What docs/scaling.md shows, by the names of its marks. */
export const tables = (): Record<string, Table> => ({
  days: scenarioTable(days()),
  mistakes: scenarioTable(mistakes()),
  quotas: {
    columns: ['quota', '', 'page'],
    align: ['left', 'right', 'left'],
    rows: figures(QUOTAS).map((each) => [each.what, amount(each), `[AWS](${each.source})`]),
  },
  assumed: {
    columns: ['assumed', '', 'why'],
    align: ['left', 'right', 'left'],
    rows: figures(ASSUMED).map((each) => [each.what, amount(each), each.source]),
  },
});

const figures = (of: Record<string, Figure>): Figure[] => Object.values(of);

const amount = ({ value, unit }: Figure): string => `${value.toLocaleString('en')} ${unit}`.trim();

function scenarioTable(scenarios: readonly Scenario[]): Table {
  return {
    columns: ['rows a day', 'settings', 'asked of AWS', 'as', 'the longest takes', 'held back by', 'dollars'],
    align: ['right', 'left', 'left', 'left', 'right', 'left', 'right'],
    rows: scenarios.map(({ rows, shape, deployment, outcome, dollars }) => [
      power(rows),
      settingsOf(deployment),
      askedOf(deployment),
      shape,
      duration(outcome.longestSeconds),
      outcome.limits
        .filter(([, share]) => share >= TOLD_SHARE)
        .map(([limit, share]) => `${NAMES[limit]}${share < 0.995 ? ` ${Math.round(share * 100)} %` : ''}`)
        .join(', '),
      price(dollars),
    ]),
  };
}

const power = (rows: number): string => `10^${Math.round(Math.log10(rows))}`;

function settingsOf({ settings }: Deployment): string {
  const { runtimes, ...flat } = settings;
  const all = { ...flat, ...runtimes?.classic };
  const told = Object.entries(all).map(([name, value]) => `\`${name}: ${value?.toLocaleString('en')}\``);
  return told.length > 0 ? told.join(', ') : 'defaults';
}

const askedOf = ({ asked: { warmUnits, tableUnits } }: Deployment): string =>
  [
    ...(tableUnits ? [`a quota of ${tableUnits.toLocaleString('en')} write units`] : []),
    ...(warmUnits ? [`${warmUnits.toLocaleString('en')} warm write units`] : []),
  ].join(', ');

/** Two digits, in the unit that people would say it in. */
export function duration(seconds: number): string {
  if (seconds === Infinity) return 'never ends';
  if (seconds < 100) return `${twoDigits(seconds)} s`;
  if (seconds < 100 * 60) return `${twoDigits(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${twoDigits(seconds / 3600)} h`;
  return `${twoDigits(seconds / 86_400)} days`;
}

const twoDigits = (value: number): string => Number(value.toPrecision(2)).toString();

const price = (dollars: number): string =>
  dollars < 0.01 ? 'less than 0.01' : Number(dollars.toPrecision(3)).toLocaleString('en');

/** How long a drop takes by its rows. */
export function timePlot(): Plot {
  const sizes = [1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];
  const line = (name: string, deployment: Deployment) => ({
    name,
    points: sizes.map((rows) => {
      const { seconds } = scenario(rows, 'one drop', deployment).outcome;
      return [rows, Number(seconds.toPrecision(3))] as const;
    }),
  });
  return {
    name: 'time-to-finish',
    title: 'One drop on AWS, simulated',
    kind: 'lines',
    xTitle: 'rows',
    yTitle: 'seconds',
    logarithmic: true,
    series: [
      line('both, defaults', { settings: {}, asked: {} }),
      line('both, 40,000 units warm', {
        settings: { writeUnitsPerSecond: 40_000 },
        asked: { warmUnits: 40_000 },
      }),
      line('files, defaults', { settings: { output: 'files' }, asked: {} }),
    ],
  };
}
