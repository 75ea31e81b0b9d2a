import fc from 'fast-check';

/** What the adversary does next. */
export interface Step {
  does: Deed;
  /** Chooses among what is there, modulo how much there is. */
  pick: number;
  /** How many calls the chosen actor makes before. */
  after: number;
}

const BEGINNINGS = ['dropped', 'split', 'cancelled', 'ended', 'written_off', 'reopening'] as const;

export interface Schedule {
  rows: number;
  chunkRows: number;
  /** Rows that the model rejects: every so many, or none. */
  spoiledEvery: number;
  /** The limit of rows beyond which the job is held. */
  maxRows: number | undefined;
  /** Whether a version is tried beside the current one. */
  hasShadow: boolean;
  /** How far the job is when the adversary begins. */
  begins: (typeof BEGINNINGS)[number];
  /** An invocation that goes on long after others have done its work. */
  outlives: { invocation: number; calls: number };
  /** What does not happen in this schedule: few kinds of faults at a time come to deeper states than all of them. */
  never: Deed[];
  steps: Step[];
}

const WEIGHTS = {
  // An actor's call takes effect; an actor runs to its end; everything runs, without a fault, until it is still.
  go: 20,
  run: 6,
  settle: 4,
  // A message is delivered.
  deliver: 16,
  // Faults of a dependency: no effect and an error; an effect and an error; rejected for good; throttled.
  fail: 2,
  cutOff: 2,
  refuse: 1,
  throttle: 1,
  // Faults of an actor: killed before or after the effect of its call; stopped until long after; close to its time limit.
  kill: 3,
  killAfter: 3,
  sleep: 5,
  hurry: 3,
  // Faults of a queue: a message comes again, is given up, or is lost for good.
  again: 4,
  giveUp: 3,
  lose: 4,
  // Users, and the clock.
  drop: 1,
  retry: 5,
  cancel: 3,
  approve: 3,
  promote: 1,
  watchdog: 2,
  wait: 2,
} as const;

export type Deed = keyof typeof WEIGHTS;
const DEEDS = Object.keys(WEIGHTS) as Deed[];
const AVOIDABLE = DEEDS.filter((deed) => !['go', 'run', 'deliver'].includes(deed));

const deeds = fc.oneof(...DEEDS.map((deed) => ({ weight: WEIGHTS[deed], arbitrary: fc.constant(deed) })));
const after = fc.oneof(fc.constant(0), fc.nat(9));

/** Mostly a few chunks; now and then more than fan-out commits in one step. */
const rows = fc.oneof(
  { weight: 9, arbitrary: fc.nat(5) },
  { weight: 1, arbitrary: fc.integer({ min: 11, max: 13 }) },
);

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  rows,
  chunkRows: fc.integer({ min: 1, max: 2 }),
  spoiledEvery: fc.nat(3),
  maxRows: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined, freq: 2 }),
  hasShadow: fc.boolean(),
  begins: fc.constantFrom(...BEGINNINGS),
  outlives: fc.record({ invocation: fc.nat(6), calls: fc.nat(6) }),
  never: fc.subarray(AVOIDABLE),
  steps: fc.array(fc.record({ does: deeds, pick: fc.nat(11), after }), { maxLength: 40, size: 'max' }),
});
