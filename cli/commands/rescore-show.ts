import { Command } from 'commander';
import { parseRunId } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { findRun } from '../find-run.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { showRun } from '../show-run.ts';

export const rescoreShowCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('show')
      .description('show a run: what it found, what it left, how its jobs ended')
      .argument('<run>', 'the run’s id', parseRunId)
      .action(action(shell, show)),
    { examples: ['dropscore rescore show nightly@2026-11-21T02:00:00Z'] },
  );

async function show(context: Context, runId: string): Promise<number> {
  const connection = await context.connect();
  return showRun(context, connection, await findRun(await connection.runs(), runId));
}
