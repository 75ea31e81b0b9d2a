import { Command } from 'commander';
import { parseKeyName } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const keyRevokeCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('revoke')
      .description('delete a key: who calls with it is refused from then on')
      .argument('<name>', 'its name, or its id where two have the same', parseKeyName)
      .action(action(shell, revoke)),
    { examples: ['dropscore key revoke billing'] },
  );

async function revoke({ connect, terminal, json }: Context, wanted: string): Promise<number> {
  const keys = await (await connect()).keys();
  const all = await keys.list();
  const found = all.filter(({ name, id }) => name === wanted || id === wanted);
  const [key] = found;
  if (!key)
    throw new Failure('no_such_key', `This stack has no key ${wanted}.`, {
      remedy: `There are ${all.map(({ name }) => name).join(', ') || 'none'}: see dropscore key list.`,
    });
  if (found.length > 1)
    throw new Failure('ambiguous_key', `${found.length} keys are called ${wanted}.`, {
      remedy: `Name one by its id: ${found.map(({ id }) => id).join(', ')}`,
    });
  await keys.revoke(key.id);
  const { id, name } = key;
  await terminal.data(
    json ? `${JSON.stringify({ revoked: { name, id } }, undefined, 2)}\n` : `${name} is revoked\n`,
  );
  return EXIT.done;
}
