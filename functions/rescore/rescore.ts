import type { RescoreMessage, RescoreRequest, RescoreRun } from '../../contracts/generated/types.ts';
import { isInputRejected } from '../../core/errors.ts';
import type { ModelRegistry } from '../../core/model-registry.ts';
import { pinModel } from '../../core/pin-model.ts';
import { sinceOf } from '../../core/rescore/judged-steps.ts';
import { hasEnded, RUN_CANCELLED, recordedRun } from '../../core/rescore/run.ts';
import type { Runs } from '../../core/rescore/runs.ts';
import { type ListDependencies, list } from './list.ts';
import { type SumUpDependencies, sumUp } from './sum-up.ts';
import { getTurn } from './turn.ts';

export interface RescoreDependencies extends ListDependencies, SumUpDependencies {
  ledger: ListDependencies['ledger'] & SumUpDependencies['ledger'];
  runs: ListDependencies['runs'] &
    SumUpDependencies['runs'] &
    Pick<Runs, 'openRun' | 'takeTurn' | 'startRun' | 'endRun' | 'touchRun' | 'isPaused'>;
  models: ModelRegistry;
  /** Puts `continue {runId}` on the rescore queue, for at once or for later. */
  sendContinue(runId: string, delaySeconds?: number): Promise<void>;
}

/** A run that waits for its turn asks again so often. */
const ASKS_AGAIN_SECONDS = 60;

/**
 * Consumes one message of the rescore queue. Produces the run, an intake message for each past source that it is about, and, once their
 * jobs have ended, the summary of what changed; both in steps with a checkpoint. A second delivery finds the run as it is, and goes on
 * from there; a source that is asked for twice is one job, since a job's id holds the run's.
 *
 * Returning acknowledges the message: the run has ended, waits for its jobs, or `continue` was accepted.
 */
export async function rescore(message: RescoreMessage, dependencies: RescoreDependencies): Promise<void> {
  const { runs, now } = dependencies;
  const { runId } = message;
  if (message.type === 'cancel') {
    await runs.endRun(runId, 'cancelled', RUN_CANCELLED, now());
    return;
  }
  if (message.type === 'begin') {
    if (!(await isWanted(message.request, runs))) return;
    await runs.openRun(recordedRun(runId, message.request, now()));
  }
  const run = await runs.readRun(runId);
  if (!run || hasEnded(run)) return;
  const going = run.status === 'waiting' ? await start(run, dependencies) : run;
  if (!going) return;
  const isLate =
    (await list(going, dependencies)) === 'out_of_time' ||
    (await sumUp(runId, dependencies)) === 'out_of_time';
  if (isLate) await dependencies.sendContinue(runId);
}

const isWanted = async ({ schedule }: RescoreRequest, runs: Pick<Runs, 'isPaused'>): Promise<boolean> =>
  schedule === undefined || !(await runs.isPaused(schedule));

/** @returns the run with what it pinned; undefined where it has ended, or waits. */
async function start(run: RescoreRun, dependencies: RescoreDependencies): Promise<RescoreRun | undefined> {
  const { runs, models, now, sendContinue } = dependencies;
  const { runId, modelName, request } = run;
  const turn = await getTurn(run, runs);
  if (turn !== runId) {
    if (request.onOverlap === 'queue') {
      await sendContinue(runId, ASKS_AGAIN_SECONDS);
      // Waiting is no standing still: the watchdog leaves it alone.
      await runs.touchRun(runId, now());
    } else await runs.endRun(runId, 'skipped', overlap(turn), now());
    return undefined;
  }
  try {
    const { model } = await pinModel(modelName, request.version, models);
    const since = sinceOf(request, run.createdAt);
    await runs.startRun(runId, { version: model.version, ...(since && { since }) }, now());
  } catch (error) {
    if (!isInputRejected(error)) throw error;
    await runs.endRun(runId, 'failed', error.reason, now());
  }
  const started = await runs.readRun(runId);
  return started?.status === 'running' ? started : undefined;
}

const overlap = (going: string) => ({
  code: 'overlap' as const,
  message: `Run ${going} of the same model was still going. Runs with onOverlap: queue wait instead.`,
});
