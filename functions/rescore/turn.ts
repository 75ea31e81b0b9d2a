import type { RescoreRun } from '../../contracts/generated/types.ts';
import { hasEnded } from '../../core/rescore/run.ts';
import type { Runs } from '../../core/rescore/runs.ts';

/**
 * Asks for a run's turn with its model. Two runs at once would ask for the same sources, since the one does not see yet what the other
 * has asked for. A turn is never given back: it is taken over from a run that has ended.
 *
 * @returns the run whose turn it is.
 */
export async function getTurn(
  { modelName, runId }: RescoreRun,
  runs: Pick<Runs, 'takeTurn' | 'readRun'>,
): Promise<string> {
  const holder = await runs.takeTurn(modelName, runId);
  if (holder === runId) return runId;
  const before = await runs.readRun(holder);
  return before && !hasEnded(before) ? holder : runs.takeTurn(modelName, runId, holder);
}
