import { Command, Option } from 'commander';
import prices from '../../bench/prices.json' with { type: 'json' };
import type { RescoreRequest } from '../../contracts/generated/types.ts';
import { sinceOf } from '../../core/rescore/judged-steps.ts';
import { type ModelReference, parseModel, parseMoment, parseVersion } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { wrongUsage } from '../failure.ts';
import { settleVersion } from '../find-model.ts';
import { untilRun } from '../find-run.ts';
import { count, counted } from '../render/quantities.ts';
import { leftWords } from '../render/run-details.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { showRun } from '../show-run.ts';
import { type Survey, survey } from '../survey.ts';
import { watchRun } from '../watch/watch-run.ts';

interface StartOptions extends Pick<RescoreRequest, 'scope' | 'sources' | 'prefix' | 'since'> {
  to?: number;
  dryRun?: boolean;
  watch?: boolean;
}

export const rescoreStartCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('start')
      .description('score past sources of a model again; says first how many')
      .argument('<model>', 'the model’s name', parseModel)
      .option('--to <version>', 'with this version; the current one where absent', parseVersion)
      .option('--prefix <prefix>', 'only sources whose key begins so')
      .option('--since <day>', 'only sources of that day or later', parseMoment)
      .addOption(
        new Option('--scope <scope>', 'leave out what has scores of that version, or nothing')
          .choices(['changed', 'all'])
          .default('changed'),
      )
      .addOption(
        new Option('--sources <which>', 'the newest version of each key, or every one')
          .choices(['newest', 'all'])
          .default('newest'),
      )
      .option('--dry-run', 'only count: nothing is started')
      .option('-w, --watch', 'wait for the end and show progress')
      .action(action(shell, start)),
    {
      examples: [
        'dropscore rescore start churn --dry-run',
        'dropscore rescore start churn --to 3 --since 2026-11-01 --watch',
      ],
      remarks: [
        'The dollars are those of score items in DynamoDB, most of what scoring costs; where results are files alone it costs a small fraction.',
      ],
    },
  );

async function start(
  context: Context,
  { name, version }: ModelReference,
  options: StartOptions,
): Promise<number> {
  if (version !== undefined)
    throw wrongUsage('The version is given by --to.', `Write: ${name} --to ${version}`);
  const connection = await context.connect();
  const { to, scope, sources, prefix, since, dryRun, watch } = options;
  const models = await connection.models();
  const target = await settleVersion(models, {
    name,
    ...(to !== undefined && { version: to }),
  });
  const at = new Date(context.clock.now()).toISOString();
  const request: RescoreRequest = {
    modelName: name,
    version: target,
    scope,
    sources,
    onOverlap: 'queue',
    requestedBy: 'cli',
    ...(prefix !== undefined && { prefix }),
    ...(since !== undefined && { since }),
  };
  const runId = `cli@${at}`;
  const bound = sinceOf(request, at);
  const looking = { runId, modelName: name, version: target, request, ...(bound && { since: bound }) };
  const found = await survey(looking, connection);
  const isIndexed = (await models.manifest(name, target))?.idColumn !== undefined;
  const dollars = found.rows * (isIndexed ? 2 : 1) * prices.dollars.writeUnit;
  context.note(surveyWords(found, `${name}@${target}`));
  if (found.rows > 0) context.note(dollarWords(dollars));
  if (dryRun || found.sent === 0) {
    if (context.json) await context.terminal.data(`${JSON.stringify({ ...found, dollars }, undefined, 2)}\n`);
    return EXIT.done;
  }
  await connection.sendToRescore({ type: 'begin', runId, request });
  const runs = await connection.runs();
  return showRun(
    context,
    connection,
    watch
      ? await watchRun(context, runs, runId)
      : await untilRun(context, runs, runId, { holds: () => true }),
  );
}

const dollarWords = (dollars: number): string =>
  `about $${dollars.toPrecision(2)} for score items, at the prices of ${prices.region} in ${prices.asOf}`;

function surveyWords(found: Survey, model: string): string {
  const { sent, rows, rowsUnknown } = found;
  const unknown = rowsUnknown > 0 ? `, and ${counted(rowsUnknown, 'source')} whose rows are not known` : '';
  const left = leftWords(found);
  return `${counted(sent, 'source')} to score with ${model}: ${count(rows)} rows${unknown}${left ? `; left alone: ${left}` : ''}`;
}
