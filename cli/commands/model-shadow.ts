import { Argument, Command } from 'commander';
import type { ShadowPointer } from '../../contracts/generated/types.ts';
import { jobJson } from '../../core/job-json.ts';
import { type ModelReference, parseCount, parseModel } from '../arguments.ts';
import { requireCheck } from '../check-model.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { Failure, wrongUsage } from '../failure.ts';
import { halfPublished, noSuchModel, settleVersion } from '../find-model.ts';
import { moveShadow } from '../move-pointer.ts';
import { counted } from '../render/quantities.ts';
import { shadowDetails } from '../render/shadow-details.ts';
import { shadowEvidence } from '../shadow-evidence.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const modelShadowCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('shadow')
      .description('try a version on every drop beside the current one, and show what would change')
      .argument('<model>', 'a model, or the version to try: churn, churn@3', parseModel)
      .addArgument(new Argument('[off]', 'try none any more').choices(['off']))
      .option('-n, --limit <count>', 'how many jobs to list at most', parseCount, 10)
      .action(action(shell, shadow)),
    {
      examples: [
        'dropscore model shadow churn@3',
        'dropscore model shadow churn',
        'dropscore model shadow churn --json | jq .comparison.psi',
        'dropscore model shadow churn off',
      ],
      remarks: [
        'With a version, each drop from now on is scored twice: with the current version, and, when that job has ended with scores, with this one. The second job’s scores are kept apart, and compared with the first one’s. The version is checked first, as `model check` does.',
        'With the model alone, shows what has changed over all such jobs since the version is tried, beside the version that is current now. See docs/shadow.md.',
      ],
    },
  );

async function shadow(
  context: Context,
  reference: ModelReference,
  off: 'off' | undefined,
  { limit }: { limit: number },
): Promise<number> {
  const { name, version } = reference;
  if (version === undefined) return off ? takeAway(context, name) : show(context, name, limit);
  if (!off) return set(context, { name, version });
  throw wrongUsage('Off takes no version.', `dropscore model shadow ${name} off`);
}

async function set(context: Context, reference: Required<ModelReference>): Promise<number> {
  const { terminal, json } = context;
  const connection = await context.connect();
  const catalog = await connection.models();
  const { name } = reference;
  const version = await settleVersion(catalog, reference);
  const current = await catalog.currentVersion(name);
  if (current === undefined)
    throw new Failure('no_current_version', `Model ${name} has no current version to try another beside.`, {
      remedy: `Make one current: dropscore model promote ${name}@${version}`,
    });
  if (current === version)
    throw wrongUsage(
      `${name}@${version} is the current version: every drop is scored with it.`,
      `Try another: dropscore model shadow ${name}@VERSION`,
    );
  await requireCheck(connection, name, version);
  const before = await catalog.shadow(name);
  const was = before?.pointer.version;
  const pointer = was === version && before ? before.pointer : { version, setAt: now(context) };
  if (was !== version) await moveShadow(catalog, name, pointer, before);
  const how = was === version ? 'was in the shadow already' : 'is in the shadow';
  await terminal.data(
    json
      ? `${JSON.stringify({ model: name, current, ...pointer }, undefined, 2)}\n`
      : `${name}@${version} ${how}: drops are scored with ${name}@${current}, then with it\n`,
  );
  if (!json) context.note(`next: dropscore model shadow ${name}`);
  return EXIT.done;
}

async function takeAway(context: Context, name: string): Promise<number> {
  const { terminal, json } = context;
  const catalog = await (await context.connect()).models();
  if ((await catalog.versions(name)).length === 0) throw noSuchModel(name, await catalog.names());
  const before = await catalog.shadow(name);
  const was = before?.pointer.version;
  if (was !== undefined) await moveShadow(catalog, name, { setAt: now(context) }, before);
  await terminal.data(
    json
      ? `${JSON.stringify({ model: name, ...(was !== undefined && { before: was }) }, undefined, 2)}\n`
      : was === undefined
        ? `${name} has no version in the shadow\n`
        : `${name}@${was} is no longer in the shadow\n`,
  );
  return EXIT.done;
}

async function show(context: Context, name: string, newest: number): Promise<number> {
  const { terminal, json } = context;
  const connection = await context.connect();
  const catalog = await connection.models();
  const current = await settleVersion(catalog, { name });
  const pointer = (await catalog.shadow(name))?.pointer;
  if (!isTried(pointer, current)) {
    await terminal.data(
      json
        ? `${JSON.stringify({ model: name, current }, undefined, 2)}\n`
        : `${name} has no version in the shadow\n`,
    );
    return EXIT.done;
  }
  const { version, setAt } = pointer;
  const manifest = await catalog.manifest(name, version);
  if (!manifest) throw halfPublished(name, version);
  const versions = { modelName: name, before: current, after: version };
  const onJob = (jobs: number) => {
    if (terminal.live && !json) terminal.redraw(`${counted(jobs, 'job')} read`);
  };
  const evidence = await shadowEvidence(await connection.ledger(), versions, {
    since: setAt,
    newest,
    onJob,
  });
  if (terminal.live) terminal.redraw(undefined);
  const { jobs, ...figures } = evidence;
  await terminal.data(
    json
      ? `${JSON.stringify({ model: name, current, version, setAt, ...figures, jobs: jobs.map((view) => jobJson(view)) }, undefined, 2)}\n`
      : `${shadowDetails({ versions, setAt, evidence, manifest, width: terminal.dataColumns })}\n`,
  );
  return EXIT.done;
}

/** A version that has become the current one is not tried any more, whoever promoted it. */
const isTried = (
  pointer: ShadowPointer | undefined,
  current: number,
): pointer is ShadowPointer & { version: number } =>
  pointer?.version !== undefined && pointer.version !== current;

const now = ({ clock }: Context) => new Date(clock.now()).toISOString();
