import fc from 'fast-check';
import { test } from 'vitest';
import { run } from './run.ts';
import { schedules } from './schedule.ts';

const { MODEL_SEED: seed = '2026', MODEL_RUNS: numRuns = '5000', MODEL_PATH: path } = process.env;

/**
 * Another seed, more schedules, or the one that failed again, as the failure names it:
 *   MODEL_SEED=7 MODEL_RUNS=100000 [MODEL_PATH=12:3:0] npx vitest run --project parts test/model
 */
test('whatever the schedule, nothing is lost, doubled or silent', { timeout: 0 }, async () => {
  await fc.assert(fc.asyncProperty(schedules, run), {
    seed: Number(seed),
    numRuns: Number(numRuns),
    ...(path && { path }),
  });
});
