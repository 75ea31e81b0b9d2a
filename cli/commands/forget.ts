import { Command } from 'commander';
import type { Connection } from '../connection.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { wrongUsage } from '../failure.ts';
import { noSuchModel } from '../find-model.ts';
import { eraseRecord } from '../forget/erase-record.ts';
import { type FoundRecord, findRecord } from '../forget/find-record.ts';
import { type HoldingSource, holdingSources, union } from '../forget/holding-sources.ts';
import { counted } from '../render/quantities.ts';
import { table } from '../render/table.ts';
import { action, type Context, type Shell } from '../shell.ts';

interface ForgetOptions {
  dryRun?: boolean;
  yes?: boolean;
  oldVersions?: boolean;
}

export const forgetCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('forget')
      .description('erase a record from scores and result files, and name the sources that still hold it')
      .argument('<model>', 'the model’s name')
      .argument('<id>', 'the record’s id, as written in the file: 00123 is not 123')
      .option('--dry-run', 'change nothing, and tell where the record is')
      .option('--yes', 'needed to erase: there is no way back')
      .option('--old-versions', 'remove the older versions of all result files of the model as well')
      .action(action(shell, forget)),
    {
      examples: [
        'dropscore forget churn 00123 --dry-run',
        'dropscore forget churn 00123 --yes --old-versions --json',
      ],
      remarks: [
        'Its rows stay as rows, without id, score and texts, so that the counts of every job still hold: `job verify` passes. From then on no drop and no re-score brings the record back. What a source holds is not touched: the list names bucket, key, version and line of each, for you to remove.',
        'Older versions of result files, backups of the tables and staged copies of sources keep the record until they expire: see docs/forget.md. Reads every result file of the model, which takes a while where there are many. May be run again at any time.',
      ],
    },
  );

async function forget(
  context: Context,
  model: string,
  recordId: string,
  { dryRun = false, yes = false, oldVersions = false }: ForgetOptions,
): Promise<number> {
  if (dryRun === yes)
    throw wrongUsage('To forget a record cannot be undone.', 'Look with --dry-run first; then add --yes.');
  const connection = await context.connect();
  await requireKnown(connection, model);
  const store = await connection.forgetting();
  if (yes) await store.mark(model, recordId, new Date(context.clock.now()).toISOString());
  const found = await lookFor(context, connection, model, recordId);
  const places = union(await store.knownPlaces(model, recordId), found.places);
  if (yes) {
    // Before anything is erased: a run that is broken off would leave nothing to find the sources by.
    await store.notePlaces(model, recordId, places);
    const erased = await eraseRecord(connection, { ...found, places }, recordId);
    context.note(`erased from ${both(erased.items, 'score item', erased.parts)}`);
    if (oldVersions)
      context.note(
        `${counted(await store.removeOlderVersions(model), 'older version')} of result files removed`,
      );
  } else context.note(`in ${both(found.places.length, 'row', found.parts.length)}; nothing was changed`);
  await tellSources(context, model, await holdingSources(connection, places), yes);
  return EXIT.done;
}

const both = (rows: number, noun: string, files: number) =>
  `${counted(rows, noun)} and ${counted(files, 'result file')}`;

async function requireKnown(connection: Connection, model: string): Promise<void> {
  const models = await connection.models();
  if ((await models.versions(model)).length === 0) throw noSuchModel(model, await models.names());
}

async function lookFor(
  { terminal, json, note }: Context,
  connection: Connection,
  model: string,
  recordId: string,
): Promise<FoundRecord> {
  const found = await findRecord(connection, model, recordId, (parts) => {
    if (terminal.live && !json) terminal.redraw(`${counted(parts, 'result file')} read`);
  });
  if (terminal.live) terminal.redraw(undefined);
  const { length } = found.unread;
  if (length > 0)
    note(
      `${counted(length, 'result file')} could not be looked into, as a job or its manifest is gone; the first is ${found.unread[0]}`,
    );
  return found;
}

async function tellSources(
  { terminal, json, note }: Context,
  model: string,
  sources: readonly HoldingSource[],
  erased: boolean,
): Promise<void> {
  note(sources.length > 0 ? 'still in these sources:' : 'no source that is known here holds it');
  if (json) await terminal.data(`${JSON.stringify({ model, erased, sources }, undefined, 2)}\n`);
  else if (sources.length > 0) await terminal.data(`${sourceTable(sources, terminal.dataColumns)}\n`);
}

function sourceTable(sources: readonly HoldingSource[], width?: number): string {
  return table(
    [{ title: 'SOURCE', shrinks: true }, { title: 'VERSION' }, { title: 'LINE', align: 'right' }],
    sources.map(({ bucket, key, versionId, row, line }) => [
      `s3://${bucket}/${key}`,
      versionId,
      line === undefined ? `row ${row}` : String(line),
    ]),
    width,
  );
}
