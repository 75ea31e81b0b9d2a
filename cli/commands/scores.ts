import { Command } from 'commander';
import type { Output, Score } from '../../contracts/generated/types.ts';
import { isTerminal, type JobView } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import { csvLines } from '../../core/scores/csv.ts';
import { findOutcome } from '../../core/scores/find-outcome.ts';
import { type ScoreColumn, scoreAsJson, scoreColumns } from '../../core/scores/score-columns.ts';
import { parseCount, parseJobId } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { findJob } from '../find-job.ts';
import { writeWhole } from '../output-file.ts';
import { count, counted } from '../render/quantities.ts';
import { type RowSource, rowSourceOf } from '../scores/row-source.ts';
import { action, type Context, type Shell } from '../shell.ts';

interface ScoresOptions {
  output?: string;
  top?: number;
}

export const scoresCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('scores')
      .description('write the scores of a job in file order, as CSV or JSON lines')
      .argument('<job>', 'the job’s id', parseJobId)
      .option('-o, --output <file>', 'write to a file instead of stdout')
      .option(
        '-t, --top <count>',
        'only the rows with the highest scores, highest first; at most 100',
        parseCount,
      )
      .action(action(shell, scores)),
    {
      examples: [
        'dropscore scores 0123456789abcdef01234567 -o scores.csv',
        'dropscore scores 0123456789abcdef01234567 --json | jq -c "select(.score > 0.9)"',
        'dropscore scores 0123456789abcdef01234567 --top 10',
      ],
      remarks: [
        'Columns: row, line, the id column’s own name, prediction, score, tier, proba_<class>, output_<name>, vector, error_code, error_column, error_message, and the columns that the model passes through; those that the model has not are left out. A column of the source that is called like one of these is written as source_<name>. Text that a spreadsheet would run as a formula gets an apostrophe before it. With --json: one object a line, a vector as an array of numbers.',
        'The highest scores are those of the score; of a model without one, those of the numeric prediction, or of the first output that is a number. Vectors, labels, and clusters without a strength have no highest ones.',
      ],
    },
  );

async function scores(context: Context, jobId: string, { output, top }: ScoresOptions): Promise<number> {
  const connection = await context.connect();
  const ledger = await connection.ledger();
  const view = await findJob(ledger, jobId);
  if (!isTerminal(view.state.status))
    context.note('The job has not ended: these are the rows scored so far.');
  const source = await rowSourceOf(view, connection);
  const columns = scoreColumns(source.manifest, await findOutcome(view, ledger, source));
  const batches =
    top === undefined
      ? source.all()
      : topScores(await topRows(ledger, view, top, source.manifest.output), source);
  if (output === undefined)
    await writeScores(context, batches, columns, (text) => context.terminal.data(text));
  else {
    const rows = await writeWhole(output, (file) =>
      writeScores(context, batches, columns, (text) => file.write(text), view.state.rowsTotal),
    );
    context.note(`wrote ${counted(rows, 'row')} to ${output}`);
  }
  return EXIT.done;
}

/** @param expected rows, where progress is to be shown. @returns how many rows were written. */
async function writeScores(
  { json, terminal }: Context,
  batches: AsyncIterable<Score[]>,
  columns: readonly ScoreColumn[],
  write: (text: string) => Promise<void>,
  expected?: number,
): Promise<number> {
  const lines = (batch: Score[]) =>
    json
      ? batch.map((score) => `${JSON.stringify(scoreAsJson(score))}\n`).join('')
      : csvLines(batch.map((score) => columns.map(({ cell }) => cell(score))));
  if (!json) await write(csvLines([columns.map(({ title }) => title)]));
  let rows = 0;
  for await (const batch of batches) {
    await write(lines(batch));
    rows += batch.length;
    if (expected !== undefined && terminal.live && !json)
      terminal.redraw(`${count(rows)} of ${count(expected)} rows`);
  }
  if (terminal.live) terminal.redraw(undefined);
  return rows;
}

async function* topScores(rows: readonly number[], source: RowSource): AsyncGenerator<Score[]> {
  yield await source.some(rows);
}

/** The ranking is part of the job's summary, so it is there when the job has ended, and no longer than that. */
async function topRows(ledger: Ledger, { job }: JobView, wanted: number, output: Output): Promise<number[]> {
  const summary = await ledger.readSummary(job.jobId);
  if (!summary)
    throw new Failure('no_ranking', 'The highest scores are known when the job has ended.', {
      remedy: `Wait for it: dropscore job watch ${job.jobId}`,
    });
  const { top = [], count: scored } = summary.statistics;
  if (top.length === 0)
    throw new Failure('no_ranking', whyNoRanking(output, scored), {
      remedy: `All its rows: dropscore scores ${job.jobId}`,
    });
  if (wanted > top.length && scored > top.length)
    throw new Failure(
      'ranking_too_short',
      `A job keeps its ${top.length} highest scores, not ${count(wanted)}.`,
      {
        remedy: `Sort them all: dropscore scores ${job.jobId} -o scores.csv`,
        exitCode: EXIT.usage,
      },
    );
  return top.slice(0, wanted).map(({ row }) => row);
}

function whyNoRanking({ kind }: Output, scored: number): string {
  if (scored === 0) return 'This job scored no row, so there is none to rank.';
  if (kind === 'embedding') return 'This model gives vectors, and vectors have no highest.';
  if (kind === 'cluster') return 'This model tells the cluster of a row and no strength to rank rows by.';
  if (kind === 'multi') return 'None of this model’s outputs is a number to rank rows by.';
  return 'This job has no numbers to rank its rows by.';
}
