import { Command } from 'commander';
import { withGuidance } from '../examples.ts';
import { untilRun } from '../find-run.ts';
import { findSchedule } from '../find-schedule.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { showRun } from '../show-run.ts';
import { watchRun } from '../watch/watch-run.ts';

export const scheduleRunCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('run')
      .description('begin what a schedule would begin, now')
      .argument('<schedule>', 'its name in the settings')
      .option('-w, --watch', 'wait for the end and show progress')
      .action(action(shell, run)),
    {
      examples: ['dropscore schedule run nightly --watch'],
      remarks: ['Also where the schedule is paused.'],
    },
  );

async function run(context: Context, name: string, { watch }: { watch?: boolean }): Promise<number> {
  const connection = await context.connect();
  // Named, and not fired: a pause is no reason against it.
  const { schedule, ...request } = findSchedule(connection.resources, name).request;
  const runId = `${name}@${new Date(context.clock.now()).toISOString()}`;
  await connection.sendToRescore({ type: 'begin', runId, request });
  const runs = await connection.runs();
  return showRun(
    context,
    connection,
    watch
      ? await watchRun(context, runs, runId)
      : await untilRun(context, runs, runId, { holds: () => true }),
  );
}
