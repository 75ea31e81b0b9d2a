import { Command } from 'commander';
import { type ModelReference, parseModel } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { halfPublished, settleVersion } from '../find-model.ts';
import { modelDetails } from '../render/model-details.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const modelShowCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('show')
      .description('show a version of a model: what it needs, what it gives, what it was made with')
      .argument('<model>', 'a model, or one version of it: churn, churn@3', parseModel)
      .action(action(shell, show)),
    { examples: ['dropscore model show churn', 'dropscore model show churn@3 --json'] },
  );

async function show(context: Context, reference: ModelReference): Promise<number> {
  const { terminal, json } = context;
  const catalog = await (await context.connect()).models();
  const { name } = reference;
  const version = await settleVersion(catalog, reference);
  const [manifest, pinned, versions, read, shadow] = await Promise.all([
    catalog.manifest(name, version),
    catalog.pinned(name, version),
    catalog.versions(name),
    catalog.pointer(name),
    catalog.shadow(name),
  ]);
  if (!manifest || !pinned) throw halfPublished(name, version);
  const facts = {
    manifest,
    manifestSha256: pinned.manifestSha256,
    versions,
    ...(read && { current: read.pointer.version }),
    ...(shadow?.pointer.version !== undefined && { shadow: shadow.pointer.version }),
  };
  await terminal.data(json ? `${JSON.stringify(facts, undefined, 2)}\n` : `${modelDetails(facts)}\n`);
  return EXIT.done;
}
