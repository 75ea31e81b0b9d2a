import { Command } from 'commander';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { findSchedule } from '../find-schedule.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const schedulePauseCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('pause')
      .description('let a schedule begin no runs until it is resumed')
      .argument('<schedule>', 'its name in the settings')
      .action(action(shell, (context: Context, name: string) => setPaused(context, name, true))),
    {
      examples: ['dropscore schedule pause nightly'],
      remarks: ['A deployment does not resume it. Times that pass meanwhile are not made up for.'],
    },
  );

export const scheduleResumeCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('resume')
      .description('let a paused schedule begin runs again, from its next time on')
      .argument('<schedule>', 'its name in the settings')
      .action(action(shell, (context: Context, name: string) => setPaused(context, name, false))),
    { examples: ['dropscore schedule resume nightly'] },
  );

async function setPaused(context: Context, name: string, paused: boolean): Promise<number> {
  const connection = await context.connect();
  const { when } = findSchedule(connection.resources, name);
  await (await connection.runs()).setPaused(name, paused, new Date(context.clock.now()).toISOString());
  context.note(paused ? `${name} is paused` : `${name} begins runs again: ${when}`);
  return EXIT.done;
}
