import type { RescoreRun } from '../contracts/generated/types.ts';
import type { Runs } from '../core/rescore/runs.ts';
import { Failure } from './failure.ts';
import { duration } from './render/quantities.ts';
import type { Context } from './shell.ts';

const PAUSE_MS = 300;
/** A cold start of rescore takes seconds. */
const ANSWERS_WITHIN_MS = 120_000;

/** @throws Failure where the stack has no such run. */
export async function findRun(runs: Runs, runId: string): Promise<RescoreRun> {
  const run = await runs.readRun(runId);
  if (run) return run;
  throw new Failure('no_such_run', `There is no run ${runId} in this stack.`, {
    remedy: '`dropscore rescore list` shows those there are.',
  });
}

/**
 * Polls a run until something holds of it.
 *
 * @throws Failure where it does not in time; it may still come to pass.
 */
export async function untilRun(
  { clock }: Context,
  runs: Runs,
  runId: string,
  {
    holds,
    withinMs = ANSWERS_WITHIN_MS,
    onRun = () => {},
  }: { holds(run: RescoreRun): boolean; withinMs?: number; onRun?(run: RescoreRun): void },
): Promise<RescoreRun> {
  for (const started = clock.now(); ; ) {
    const run = await runs.readRun(runId);
    if (run && holds(run)) return run;
    if (run) onRun(run);
    if (clock.now() - started >= withinMs)
      throw new Failure('timeout', `Run ${runId} was not that far within ${duration(withinMs)}.`, {
        remedy: `It may go on. Look again with: dropscore rescore show ${runId}`,
      });
    await clock.sleep(PAUSE_MS);
  }
}
