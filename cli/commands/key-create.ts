import { Command } from 'commander';
import { parseKeyName } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const keyCreateCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('create')
      .description('make a key of the HTTP API, and print its value, this once')
      .argument('<name>', 'who or what calls with it', parseKeyName)
      .action(action(shell, create)),
    {
      examples: ['dropscore key create billing', 'KEY=$(dropscore key create billing)'],
      remarks: [
        'Each key has the rate, burst and quota of the settings `api.…` for itself. On AWS it may take a minute until a new one is known everywhere.',
        'Who works with keys needs apigateway:GET, POST and DELETE on /apikeys and on /usageplans of the region.',
      ],
    },
  );

async function create({ connect, terminal, json, note }: Context, name: string): Promise<number> {
  const { apiUrl, keys: keysOf } = await connect();
  const keys = await keysOf();
  if ((await keys.list()).some((key) => key.name === name))
    throw new Failure('key_exists', `There is a key ${name} already, and its value is not shown again.`, {
      remedy: `Choose another name, or revoke it first: dropscore key revoke ${name}`,
    });
  const { id, value } = await keys.create(name);
  await terminal.data(json ? `${JSON.stringify({ name, id, value, apiUrl }, undefined, 2)}\n` : `${value}\n`);
  note(`It is not shown again. Send it in the header x-api-key to ${apiUrl}`);
  return EXIT.done;
}
