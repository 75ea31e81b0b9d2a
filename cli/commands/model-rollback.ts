import { Command } from 'commander';
import { rolledBack } from '../../core/current-pointer.ts';
import { type ModelReference, parseModel } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { Failure, wrongUsage } from '../failure.ts';
import { noSuchModel } from '../find-model.ts';
import { movePointer } from '../move-pointer.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const modelRollbackCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('rollback')
      .description('go back to the version that was current before')
      .argument('<model>', 'a model: churn', parseModel)
      .action(action(shell, rollback)),
    {
      examples: ['dropscore model rollback churn'],
      remarks: [
        'Goes back one step each time, over the last twenty promotions. It asks nothing of the version: it was served before.',
      ],
    },
  );

async function rollback(context: Context, { name, version }: ModelReference): Promise<number> {
  if (version !== undefined)
    throw wrongUsage(
      'A rollback goes to what was current before, so it takes no version.',
      `To choose one: dropscore model promote ${name}@${version}`,
    );
  const { terminal, json, clock, note } = context;
  const catalog = await (await context.connect()).models();
  const before = await catalog.pointer(name);
  if (!before) throw noSuchModel(name, await catalog.names());
  const was = before.pointer.version;
  const to = rolledBack(before.pointer, new Date(clock.now()).toISOString());
  if (!to)
    throw new Failure('nothing_before', `No version of ${name} was current before version ${was}.`, {
      remedy: `Choose one: dropscore model show ${name}, then dropscore model promote ${name}@VERSION`,
    });
  await movePointer(catalog, name, to, before);
  await terminal.data(
    json
      ? `${JSON.stringify({ model: name, version: to.version, before: was }, undefined, 2)}\n`
      : `${name}@${to.version} is current again; before it was ${was}\n`,
  );
  if (!json) note(`to undo: dropscore model promote ${name}@${was}`);
  return EXIT.done;
}
