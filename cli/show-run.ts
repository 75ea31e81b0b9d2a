import type { RescoreRun } from '../contracts/generated/types.ts';
import { EXIT } from './exit-code.ts';
import { runDetails } from './render/run-details.ts';
import type { Context } from './shell.ts';

/** Shows a run as it stands. @returns the exit code that its status means. */
export async function showRun({ terminal, json }: Context, run: RescoreRun): Promise<number> {
  const { untold, checkpoint, ...shown } = run;
  await terminal.data(json ? `${JSON.stringify(shown, undefined, 2)}\n` : `${runDetails(run)}\n`);
  if (run.status === 'completed_with_failures') return EXIT.rowErrors;
  return run.status === 'failed' || run.status === 'cancelled' || run.status === 'skipped'
    ? EXIT.failed
    : EXIT.done;
}
