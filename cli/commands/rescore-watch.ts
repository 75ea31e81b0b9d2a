import { Command } from 'commander';
import { parseDuration, parseRunId } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { findRun } from '../find-run.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { showRun } from '../show-run.ts';
import { watchRun } from '../watch/watch-run.ts';

export const rescoreWatchCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('watch')
      .description('show the progress of a run until it ends')
      .argument('<run>', 'the run’s id', parseRunId)
      .option('--timeout <time>', 'how long to wait, such as 90s, 5m or 2h; the run goes on', parseDuration)
      .action(action(shell, watch)),
    {
      examples: ['dropscore rescore watch nightly@2026-11-21T02:00:00Z'],
      remarks: [
        'Exits with 0 where every job has scores, 3 where some failed or sources are gone, 1 otherwise.',
      ],
    },
  );

async function watch(context: Context, runId: string, { timeout }: { timeout?: number }): Promise<number> {
  const connection = await context.connect();
  const runs = await connection.runs();
  await findRun(runs, runId);
  return showRun(context, connection, await watchRun(context, runs, runId, timeout));
}
