import { Command } from 'commander';
import type { ApiKey } from '../../core/api-keys.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { table } from '../render/table.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const keyListCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('list')
      .description('list the keys of the HTTP API, without their values')
      .action(action(shell, list)),
    { examples: ['dropscore key list', 'dropscore key list --json'] },
  );

async function list({ connect, terminal, json, note }: Context): Promise<number> {
  const keys = await (await (await connect()).keys()).list();
  if (json) await terminal.data(`${JSON.stringify(keys, undefined, 2)}\n`);
  else if (keys.length === 0) note('no keys');
  else await terminal.data(`${keyTable(keys, terminal.dataColumns)}\n`);
  return EXIT.done;
}

const keyTable = (keys: readonly ApiKey[], width?: number): string =>
  table(
    [{ title: 'NAME' }, { title: 'ID' }, { title: 'CREATED' }, { title: 'ENABLED' }],
    keys.map(({ name, id, createdAt, enabled }) => [name, id, createdAt, enabled ? 'yes' : 'no']),
    width,
  );
