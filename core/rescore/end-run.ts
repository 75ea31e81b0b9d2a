import { allJobsEnded } from './run.ts';
import type { Runs } from './runs.ts';

/**
 * Ends a run whose jobs have all ended. Whoever counted last calls it: the listing, or the end of a job. Each writes its own part before
 * it reads the other's, so at least one of them finds both.
 */
export async function endIfAllJobsEnded(
  runId: string,
  { runs, now }: { runs: Pick<Runs, 'readRun' | 'completeRun'>; now(): string },
): Promise<void> {
  const run = await runs.readRun(runId);
  if (run && allJobsEnded(run)) await runs.completeRun(run, now());
}
