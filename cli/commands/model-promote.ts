import { Command } from 'commander';
import { promoted } from '../../core/current-pointer.ts';
import { type ModelReference, parseModelVersion } from '../arguments.ts';
import { requireCheck } from '../check-model.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { settleVersion } from '../find-model.ts';
import { movePointer } from '../move-pointer.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const modelPromoteCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('promote')
      .description('make a version the current one: new jobs are scored with it')
      .argument('<model@version>', 'a version of a model: churn@3', parseModelVersion)
      .action(action(shell, promote)),
    {
      examples: ['dropscore model promote churn@3'],
      remarks: [
        'Checks the version first, as `model check` does; one that cannot be served does not become current. Jobs that run already keep their version. A version that was in the shadow is no longer.',
      ],
    },
  );

async function promote(context: Context, reference: Required<ModelReference>): Promise<number> {
  const { terminal, json, clock } = context;
  const connection = await context.connect();
  const catalog = await connection.models();
  const { name } = reference;
  const version = await settleVersion(catalog, reference);
  await requireCheck(connection, name, version);
  const [before, shadow] = [await catalog.pointer(name), await catalog.shadow(name)];
  const was = before?.pointer.version;
  if (was !== version)
    await movePointer(catalog, name, promoted(before?.pointer, version, at(clock.now())), before);
  // Whoever has set another since keeps it; and one that is left is ignored while it is current.
  if (shadow?.pointer.version === version) await catalog.moveShadow(name, { setAt: at(clock.now()) }, shadow);
  await terminal.data(
    json
      ? `${JSON.stringify({ model: name, version, ...(was !== undefined && { before: was }) }, undefined, 2)}\n`
      : `${name}@${version} ${was === version ? 'was current already' : 'is current'}${beforeWords(was, version)}\n`,
  );
  return EXIT.done;
}

const at = (ms: number) => new Date(ms).toISOString();

const beforeWords = (was: number | undefined, version: number) =>
  was === undefined || was === version ? '' : `; before it was ${was}`;
