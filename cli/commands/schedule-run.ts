import { Command } from 'commander';
import { beginRun } from '../begin-run.ts';
import { withGuidance } from '../examples.ts';
import { findSchedule } from '../find-schedule.ts';
import { action, type Context, type Shell } from '../shell.ts';

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
  return beginRun(context, connection, { runId, request, watch });
}
