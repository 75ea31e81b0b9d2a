import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { table } from '../../../bench/markdown.ts';
import { svg } from '../../../bench/plots.ts';
import { aws, toldBy } from '../../../bench/scaling/aws.ts';
import { simulate } from '../../../bench/scaling/simulate.ts';
import { duration, tables, timePlot } from '../../../bench/scaling/tables.ts';
import { scoring, type Told, type World, withOthers } from '../../../bench/scaling/world.ts';
import { parseSettings } from '../../../infra/load-settings.ts';

/** Nothing limits but predictors, of which each scores a chunk of 100 rows a second. */
const FREE: World = {
  lambdaConcurrency: Infinity,
  pollersAtFirst: Infinity,
  pollersASecond: 0,
  newTableUnits: Infinity,
  tableUnits: Infinity,
  partitionUnits: 1000,
  doublingSeconds: 1800,
  s3Chunks: Infinity,
  endsOfAJob: Infinity,
  openSeconds: 0,
  splitRows: 1e9,
  coldStartSeconds: 0,
  chunkSeconds: 1,
  writeRows: Infinity,
  hostSeconds: 0,
  machineRows: Infinity,
};
const TOLD: Told = { chunkRows: 100, predictors: 4, fanOuts: 2, patienceSeconds: 110 };
const took = (world: Partial<World>, told: Partial<Told>, ...drops: [at: number, rows: number][]) =>
  simulate(
    { ...FREE, ...world },
    { ...TOLD, ...told },
    drops.map(([at, rows]) => ({ at, rows })),
  );

describe('the simulated pipeline', () => {
  test.each([
    ['whole rounds of predictors', {}, {}, 8000, 20, 'predictors'],
    ['a round that some have no chunk for', {}, {}, 100, 1, 'predictors'],
    ['a cold start before the first row', { coldStartSeconds: 3 }, {}, 8000, 23, 'predictors'],
    ['a source that is opened first', { openSeconds: 3 }, {}, 8000, 23, 'predictors'],
    ['one stream of fan-out', { splitRows: 100 }, {}, 8000, 81, 'fan-out'],
    ['an event source that begins with one', { pollersAtFirst: 1 }, {}, 8000, 80, 'pollers'],
    ['an account with less', { lambdaConcurrency: 2 }, {}, 8000, 40, 'account'],
    ['the counters of a job', { endsOfAJob: 1 }, {}, 8000, 80, 'ledger'],
    ['requests of S3', { s3Chunks: 2 }, {}, 8000, 40, 'S3'],
    ['one machine', { machineRows: 200 }, {}, 8000, 40, 'machine'],
  ] as const)('%s', (_, world, told, rows, seconds, limit) => {
    const outcome = took(world, told, [0, rows]);
    expect(outcome.seconds).toBeGreaterThan(seconds * 0.98);
    expect(outcome.seconds).toBeLessThan(seconds * 1.02 + 0.05);
    expect(outcome.limits[0]?.[0]).toBe(limit);
  });

  test('an event source grows by the minute', () => {
    const outcome = took({ pollersAtFirst: 1, pollersASecond: 1 }, { predictors: 1000 }, [0, 5000]);
    // 1 + t predictors, each 100 rows a second: 100 t + 50 t² = 5000.
    expect(outcome.seconds).toBeCloseTo(9.05, 0);
  });

  test('a table limits what predictors write, and doubles after half an hour at its limit', () => {
    const table = { newTableUnits: 1000, tableUnits: 4000, writeRows: 1e6 };
    const short = took(table, { chunkRows: 1000, predictors: 100 }, [0, 1e6]);
    expect(short.limits[0]?.[0]).toBe('table');
    expect(short.seconds).toBeGreaterThan(1000);
    // 1,000 a second for half an hour, then 2,000.
    const long = took(table, { chunkRows: 1000, predictors: 100 }, [0, 3.6e6]);
    expect(long.seconds).toBeGreaterThan(1800 + 900);
    expect(long.seconds).toBeLessThan(1800 + 1000);
  });

  test('few keys use a table worse than many', () => {
    const world = { ...FREE, writeRows: 1e6, tableUnits: 4000 };
    const rows = (predictors: number) =>
      scoring(
        world,
        { ...TOLD, chunkRows: 20_000, predictors },
        { busySeconds: 0, jobs: 1, splitting: 0, tableUnits: 4000 },
      ).rows;
    expect(rows(2)).toBeCloseTo(0.86 * 4000, -1);
    expect(rows(8)).toBeGreaterThan(0.95 * 4000);
  });

  test('more predictors than a table has units for never end a chunk', () => {
    const full = { newTableUnits: 4000, tableUnits: 4000, writeRows: 1e6 };
    const outcome = took(full, { chunkRows: 20_000, predictors: 100 }, [0, 1e7]);
    expect(outcome).toMatchObject({ seconds: Infinity, limits: [['patience', 1]] });
    expect(took(full, { chunkRows: 20_000, predictors: 10 }, [0, 1e7]).seconds).toBeLessThan(Infinity);
  });

  test.each([
    [1, 1],
    [2, 1.25],
    [100, 50],
  ])(
    '%i predictors wait for each other at a host that each needs half of its time: %d s',
    (count, seconds) => {
      expect(withOthers({ chunkSeconds: 1, hostSeconds: 0.5 }, count)).toBeCloseTo(seconds, 2);
    },
  );

  test('a small job beside a large one gets an equal part', () => {
    const outcome = took({ openSeconds: 0 }, {}, [0, 1e6], [10, 1000]);
    expect(outcome.seconds).toBeCloseTo(2500, -2);
    const alone = took({}, {}, [0, 1000]);
    expect(alone.longestSeconds).toBeLessThan(5);
  });

  test('drops are waited for', () => {
    const outcome = took({}, {}, [0, 400], [3600, 400]);
    expect(outcome.seconds).toBeGreaterThan(3600);
    expect(outcome.longestSeconds).toBeLessThan(1.1);
    expect(outcome.predictorSeconds).toBeCloseTo(8, 0);
  });

  test('settings are what a deployment has of them', () => {
    const settings = parseSettings({ writeUnitsPerSecond: 40_000 });
    expect(toldBy(settings)).toEqual({ chunkRows: 20_000, predictors: 20, fanOuts: 5, patienceSeconds: 110 });
    expect(aws(parseSettings({ output: 'files' })).writeRows).toBe(Infinity);
  });
});

test.each([
  [5.64, '5.6 s'],
  [295, '4.9 min'],
  [10_561, '2.9 h'],
  [747_295, '8.6 days'],
  [Infinity, 'never ends'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

describe('docs/scaling.md', () => {
  const FILE = 'docs/scaling.md';

  test('has the tables of the simulation', async () => {
    let page = readFileSync(FILE, 'utf8');
    for (const [name, each] of Object.entries(tables())) {
      const marked = new RegExp(`<!-- ${name} -->\n[^]*<!-- /${name} -->`);
      expect(page).toMatch(marked);
      page = page.replace(marked, () => `<!-- ${name} -->\n${table(each)}\n<!-- /${name} -->`);
    }
    await expect(page).toMatchFileSnapshot(`../../../${FILE}`);
  });

  test('has its plot', async () => {
    await expect(svg(timePlot())).toMatchFileSnapshot('../../../docs/scaling/time-to-finish.svg');
  });
});
