import { Command } from 'commander';
import { hasLines, isTerminal, type JobView } from '../../core/job.ts';
import { parseCount, parseJobId } from '../arguments.ts';
import type { Connection } from '../connection.ts';
import { errorTable, type ListedError, listed } from '../errors/listed-errors.ts';
import { type Rejections, rejectionsOf } from '../errors/rejections.ts';
import { writeRejected } from '../errors/write-rejected.ts';
import { writeRejectedRows } from '../errors/write-rejected-rows.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { findJob } from '../find-job.ts';
import { writeWhole } from '../output-file.ts';
import { counted } from '../render/quantities.ts';
import { action, type Context, type Shell } from '../shell.ts';

/** What a person reads; a file and --json have them all. */
const SHOWN = 100;

interface ErrorsOptions {
  output?: string;
  limit?: number;
}

export const errorsCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('errors')
      .description('list the rows that have no score and why, or write them to a file to be mended')
      .argument('<job>', 'the job’s id', parseJobId)
      .option('-o, --output <file>', 'write the original rows and the reason of each to a file')
      .option(
        '-n, --limit <count>',
        `how many at most (default: ${SHOWN} in the table; all with -o or --json)`,
        parseCount,
      )
      .action(action(shell, errors)),
    {
      examples: [
        'dropscore errors 0123456789abcdef01234567',
        'dropscore errors 0123456789abcdef01234567 -o rejected.csv',
        'dropscore errors 0123456789abcdef01234567 --json',
      ],
      remarks: [
        'The file has the rows exactly as they stand in the source, in its delimiter and encoding, behind four columns: error_line, error_code, error_column, error_message. They come first because a row with too many or too few fields would shift columns behind it. Mend the rows and drop the file again: columns that a model does not know are ignored.',
        'Of a joblib source the file has the numbers of the rows instead, as DataFrame.iloc counts them: error_row, error_code, error_column, error_message and the id.',
      ],
    },
  );

async function errors(context: Context, jobId: string, { output, limit }: ErrorsOptions): Promise<number> {
  const connection = await context.connect();
  const view = await findJob(await connection.ledger(), jobId);
  if (!isTerminal(view.state.status)) context.note('The job has not ended: these are the errors so far.');
  if (view.state.rowsFailed === 0) {
    context.note(
      view.state.reason ? `The job failed as a whole: ${view.state.reason.message}` : 'No row was refused.',
    );
    return EXIT.done;
  }
  if (output !== undefined) {
    const [write, next] = hasLines(view.job)
      ? [writeRejected, 'mend them and drop the file again']
      : [
          writeRejectedRows,
          `their numbers are its column error_row: X.iloc[…] of a DataFrame, X[…] of an array`,
        ];
    const written = await writeWhole(output, (file) =>
      write(view, connection, file, limit ?? Number.POSITIVE_INFINITY),
    );
    context.note(`wrote ${counted(written, 'row')} to ${output}: ${next}`);
  } else if (context.json) await printJson(context, rejectionsOf(view, connection), limit);
  else await printTable(context, view, connection, limit ?? SHOWN);
  return EXIT.done;
}

async function printJson(
  { terminal }: Context,
  all: AsyncIterable<Rejections>,
  limit?: number,
): Promise<void> {
  for await (const entries of listed(all, limit ?? Number.POSITIVE_INFINITY))
    await terminal.data(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

async function printTable(
  context: Context,
  view: JobView,
  connection: Connection,
  limit: number,
): Promise<void> {
  const { terminal } = context;
  const entries: ListedError[] = [];
  for await (const some of listed(rejectionsOf(view, connection), limit)) entries.push(...some);
  await terminal.data(`${errorTable(entries, terminal.dataColumns)}\n`);
  const shown = entries.reduce((rows, { rowCount }) => rows + (rowCount ?? 1), 0);
  const more = view.state.rowsFailed - shown;
  if (more > 0)
    context.note(
      `… and ${counted(more, 'more row')}; all of them: dropscore errors ${view.job.jobId} -o rejected.csv`,
    );
}
