import { Command, Option } from 'commander';
import type { RescoreRequest } from '../../contracts/generated/types.ts';
import { sinceOf } from '../../core/rescore/judged-steps.ts';
import { type ModelReference, parseModel, parseMoment, parseVersion } from '../arguments.ts';
import { beginRun } from '../begin-run.ts';
import type { Connection } from '../connection.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { wrongUsage } from '../failure.ts';
import { halfPublished, settleVersion } from '../find-model.ts';
import { deployedScoring } from '../forecast/deployed-scoring.ts';
import { forecastRun, type SourcesByRows } from '../forecast/forecast-run.ts';
import { costWords } from '../render/cost.ts';
import { count, counted } from '../render/quantities.ts';
import { leftWords } from '../render/run-details.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { type Survey, survey } from '../survey.ts';

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
        'The dollars follow from the rows that the sources had, with an id each where the model has them, and no texts passed through; docs/cost.md tells how.',
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
  const { found, sourcesByRows } = await survey(looking, connection);
  context.note(surveyWords(found, `${name}@${target}`));
  // A stack of an earlier release does not tell what the dollars follow from.
  const told =
    connection.resources.scoring === undefined
      ? undefined
      : await forecastOf(sourcesByRows, { name, version: target }, connection, at);
  if (told && found.rows > 0) context.note(`about ${costWords(told.cost)}`);
  if (dryRun || found.sent === 0) {
    const json = { ...found, ...(told && { dollars: told.cost.total, ...told }) };
    if (context.json) await context.terminal.data(`${JSON.stringify(json, undefined, 2)}\n`);
    return EXIT.done;
  }
  return beginRun(context, connection, { runId, request, watch });
}

async function forecastOf(
  sourcesByRows: SourcesByRows,
  { name, version }: Required<ModelReference>,
  connection: Connection,
  now: string,
) {
  const manifest = await (await connection.models()).manifest(name, version);
  if (!manifest) throw halfPublished(name, version);
  const scoring = deployedScoring(connection);
  return forecastRun(sourcesByRows, manifest, await connection.ledger(), { scoring, now });
}

function surveyWords(found: Survey, model: string): string {
  const { sent, rows, rowsUnknown } = found;
  const unknown = rowsUnknown > 0 ? `, and ${counted(rowsUnknown, 'source')} whose rows are not known` : '';
  const left = leftWords(found);
  return `${counted(sent, 'source')} to score with ${model}: ${count(rows)} rows${unknown}${left ? `; left alone: ${left}` : ''}`;
}
