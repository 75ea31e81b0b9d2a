import { parseSettings } from '../../infra/load-settings.ts';
import type { SettingsInput } from '../../infra/settings.ts';
import prices from '../prices.json' with { type: 'json' };
import { type Asked, aws, LEDGER_UNITS_A_CHUNK, toldBy } from './aws.ts';
import { type Drop, type Outcome, simulate } from './simulate.ts';

const HOUR = 3600;

/** What a deployment is told, and what AWS was asked for. */
export interface Deployment {
  settings: SettingsInput;
  asked: Asked;
}

/** How the rows of a day come. */
const SHAPES = {
  'one drop': (rows: number): Drop[] => [{ at: 0, rows }],
  '24 drops at once': (rows: number): Drop[] =>
    Array.from({ length: 24 }, () => ({ at: 0, rows: rows / 24 })),
  'a drop each hour': (rows: number): Drop[] =>
    Array.from({ length: 24 }, (_, hour) => ({ at: hour * HOUR, rows: rows / 24 })),
};
type Shape = keyof typeof SHAPES;

const BOTH: Deployment = { settings: {}, asked: {} };
const FILES: Deployment = { settings: { output: 'files' }, asked: {} };
const both = (units: number, asked: Asked): Deployment => ({
  settings: { writeUnitsPerSecond: units },
  asked,
});

type Case = readonly [rows: number, deployment: Deployment, ...shapes: Shape[]];

/** Rows a day by deployments as they come, and by those that are told what is right for so many. */
const DAYS: readonly Case[] = [
  [1e6, BOTH, 'one drop', 'a drop each hour'],
  [1e6, FILES, 'one drop', 'a drop each hour'],
  [1e8, BOTH, 'one drop', 'a drop each hour'],
  [1e8, both(40_000, { warmUnits: 40_000 }), 'one drop', 'a drop each hour'],
  [1e8, FILES, 'one drop', 'a drop each hour'],
  [1e10, BOTH, 'one drop', 'a drop each hour'],
  [1e10, both(200_000, { warmUnits: 200_000, tableUnits: 200_000 }), 'one drop', 'a drop each hour'],
  [1e10, FILES, 'one drop', 'a drop each hour'],
  [
    1e10,
    {
      settings: {
        output: 'files',
        fanOutConcurrency: 24,
        runtimes: { classic: { maximumConcurrency: 200 } },
      },
      asked: {},
    },
    '24 drops at once',
  ],
];

/** What goes wrong where settings and quotas do not fit. */
const MISTAKES: readonly Case[] = [
  [1e8, both(40_000, {}), 'one drop'],
  [1e8, both(200_000, { tableUnits: 200_000 }), 'one drop'],
];

export interface Scenario {
  rows: number;
  shape: Shape;
  deployment: Deployment;
  outcome: Outcome;
  dollars: number;
}

const played = (cases: readonly Case[]): Scenario[] =>
  cases.flatMap(([rows, deployment, ...shapes]) => shapes.map((shape) => scenario(rows, shape, deployment)));

export const days = (): Scenario[] => played(DAYS);
export const mistakes = (): Scenario[] => played(MISTAKES);

/** A day's rows as they come, to a deployment. */
export function scenario(rows: number, shape: Shape, deployment: Deployment): Scenario {
  const settings = parseSettings(deployment.settings);
  const outcome = simulate(aws(settings, deployment.asked), toldBy(settings), SHAPES[shape](rows));
  const { dollars: price } = prices;
  const chunks = rows / settings.chunkRows;
  const gigabytes = (settings.runtimes.classic?.memoryMiB ?? 0) / 1024;
  // Of a row its item and that of the index; of a chunk its messages, ranges, file and ledger.
  const ofRows = settings.output === 'files' ? 0 : 2 * price.writeUnit;
  const ofChunks =
    LEDGER_UNITS_A_CHUNK * price.writeUnit + 3 * price.sqsRequest + 2 * price.s3Get + price.s3Put;
  const ofPredictors = gigabytes * price.lambdaGbSecond * outcome.predictorSeconds;
  const dollars = rows * ofRows + chunks * (ofChunks + price.lambdaRequest) + ofPredictors;
  return { rows, shape, deployment, outcome, dollars };
}
