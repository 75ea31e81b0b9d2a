import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { test } from 'vitest';
import { RUN_CANCELLED } from '../../core/rescore/run.ts';
import { RUN_ID } from '../unit/functions/rescore-world.ts';
import { must } from './promise.ts';
import { BEGIN, type RescoreWorld, theRescoreWorld } from './rescore-world.ts';
import type { Step } from './schedule.ts';
import { FAULTS } from './take.ts';

const { MODEL_SEED: seed = '2026', MODEL_RUNS: numRuns = '5000', MODEL_PATH: path } = process.env;
/** Of the runs of a job's schedules: a run of many sources takes as long as many jobs. */
const SHARE = 0.05;

type Deed = keyof typeof FAULTS | 'begin' | 'cancel' | 'retry' | 'watchdog' | 'wait';
type RescoreStep = Omit<Step, 'does'> & { does: Deed };

const WEIGHTS: Record<Deed, number> = {
  ...{ go: 20, run: 8, settle: 2, deliver: 16 },
  ...{ fail: 2, cutOff: 2, kill: 4, killAfter: 4, sleep: 4, hurry: 4 },
  ...{ again: 4, giveUp: 2, lose: 3 },
  ...{ begin: 2, cancel: 1, retry: 3, watchdog: 2, wait: 2 },
};

const does = fc.oneof(
  ...(Object.keys(WEIGHTS) as Deed[]).map((deed) => ({
    weight: WEIGHTS[deed],
    arbitrary: fc.constant(deed),
  })),
);

interface RescoreSchedule {
  sources: number;
  /** What does not happen in this schedule. */
  never: string[];
  steps: RescoreStep[];
}

/** A few sources, or more than are looked at in a step and than two steps of a summary merge. */
const schedules: fc.Arbitrary<RescoreSchedule> = fc.record({
  sources: fc.oneof(fc.nat(4), fc.integer({ min: 50, max: 53 })),
  never: fc.subarray(Object.keys(WEIGHTS).filter((deed) => !['go', 'run', 'deliver'].includes(deed))),
  steps: fc.array(fc.record({ does, pick: fc.nat(60), after: fc.oneof(fc.constant(0), fc.nat(12)) }), {
    maxLength: 60,
    size: 'max',
  }),
});

interface Asked {
  cancelled: boolean;
}

async function take(step: RescoreStep, world: RescoreWorld, asked: Asked): Promise<void> {
  const { simulation } = world;
  if (step.does === 'begin') simulation.send('rescore', BEGIN);
  else if (step.does === 'cancel') {
    if (!world.run()) return;
    asked.cancelled = true;
    simulation.send('rescore', { type: 'cancel', runId: RUN_ID });
  } else if (step.does === 'retry') world.retry(step.pick);
  else if (step.does === 'watchdog') simulation.send('round', undefined);
  else if (step.does === 'wait') world.wait(step.pick % 4);
  else await FAULTS[step.does](world, step as Step);
}

async function run({ sources, never, steps }: RescoreSchedule): Promise<void> {
  const world = await theRescoreWorld(sources);
  const { simulation } = world;
  const asked = { cancelled: false };
  try {
    simulation.send('rescore', BEGIN);
    for (const step of steps) if (!never.includes(step.does)) await take(step, world, asked);
    simulation.wakeAll();
    await simulation.settle();
    for (let round = 0; round < 3 && simulation.lost.length > 0; round++) await goRound(world);
    await check(sources, world, asked);
    const before = structuredClone(world.run());
    await goRound(world);
    must(isDeepStrictEqual(before, world.run()), 'the watchdog leaves a run alone that has ended');
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${simulation.log.join('\n')}`, { cause: error });
  }
}

async function goRound({ simulation, wait }: RescoreWorld): Promise<void> {
  wait(3);
  simulation.send('round', undefined);
  await simulation.settle();
}

async function check(sources: number, world: RescoreWorld, { cancelled }: Asked): Promise<void> {
  const { simulation, events, ownJobs, runs } = world;
  const [surprise] = simulation.surprises;
  if (surprise) throw surprise;
  const found = world.run();
  must(found?.endedAt, 'a run always ends');
  must(!found.untold && events.length > 0, 'an end is announced');
  must(
    events.every((event) => isDeepStrictEqual(event, events[0]) && event.status === found.status),
    'the events of an end are the same',
  );
  must(ownJobs().length <= sources, 'a source is one job of a run');
  must(
    found.sent <= sources && found.jobsCompleted + found.jobsFailed <= sources,
    'nothing is counted twice',
  );
  if (found.status === 'cancelled')
    must(
      cancelled && found.reason?.code === RUN_CANCELLED.code,
      'a run is cancelled where somebody asked for it',
    );
  if (found.status === 'failed')
    must(found.reason?.code === 'rescore_failed', 'a run fails where rescore was given up');
  if (!found.status.startsWith('completed')) return;
  must(found.sent === sources && ownJobs().length === sources, 'a run asks for every source');
  must(found.jobsCompleted + found.jobsFailed === sources, 'a run counts the end of every job');
  must((found.status === 'completed') === (found.jobsFailed === 0), 'a status tells how the jobs ended');
  if (found.reason)
    return must(found.reason.code === 'summary_failed', 'a summary is missing where it was given up');
  const summary = await runs.readRunSummary(RUN_ID);
  must(summary && summary.checkpoint === undefined, 'a summary is whole');
  must(
    summary.comparison.jobs === found.jobsCompleted &&
      summary.comparison.rowsInCommon === found.jobsCompleted,
    'a summary counts each job with scores once',
  );
}

test('whatever the schedule, a run asks for each source once, and counts each job once', {
  timeout: 0,
}, async () => {
  await fc.assert(fc.asyncProperty(schedules, run), {
    seed: Number(seed),
    numRuns: Math.ceil(Number(numRuns) * SHARE),
    ...(path && { path }),
  });
});
