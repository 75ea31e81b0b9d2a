import { Command } from 'commander';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { schedulesOf } from '../find-schedule.ts';
import { table } from '../render/table.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const scheduleListCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('list').description('list schedules, and which are paused').action(action(shell, list)),
    { examples: ['dropscore schedule list'] },
  );

async function list(context: Context): Promise<number> {
  const { terminal, json } = context;
  const connection = await context.connect();
  const runs = await connection.runs();
  const found = await Promise.all(
    Object.entries(schedulesOf(connection.resources)).map(async ([name, schedule]) => ({
      name,
      ...schedule,
      paused: await runs.isPaused(name),
    })),
  );
  if (json) await terminal.data(`${JSON.stringify(found, undefined, 2)}\n`);
  else if (found.length === 0) context.note('no schedules');
  else {
    const rows = found.map(({ name, when, timeZone, enabled, paused, request }) => [
      name,
      paused ? 'paused' : enabled ? 'on' : 'off',
      request.modelName + (request.version === undefined ? '' : `@${request.version}`),
      when,
      timeZone,
      `${request.scope}, ${request.sources}`,
    ]);
    const titles = ['SCHEDULE', 'STATE', 'MODEL', 'WHEN', 'TIME ZONE', 'SOURCES'].map((title) => ({ title }));
    await terminal.data(`${table(titles, rows, terminal.dataColumns)}\n`);
  }
  return EXIT.done;
}
