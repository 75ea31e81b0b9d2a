import type { RescoreRun } from '../../contracts/generated/types.ts';
import { hasEnded } from '../../core/rescore/run.ts';
import type { Runs } from '../../core/rescore/runs.ts';
import { untilRun } from '../find-run.ts';
import { RUN_STATUS_WORDS, runProgress } from '../render/run-details.ts';
import type { Context } from '../shell.ts';

/** Watches a run until it ends, and says how far it is. */
export async function watchRun(
  context: Context,
  runs: Runs,
  runId: string,
  withinMs = Number.POSITIVE_INFINITY,
): Promise<RescoreRun> {
  let said = '';
  return untilRun(context, runs, runId, {
    holds: hasEnded,
    withinMs,
    onRun(run) {
      const line = run.status === 'running' ? runProgress(run) : RUN_STATUS_WORDS[run.status];
      if (line !== said) context.note(line);
      said = line;
    },
  });
}
