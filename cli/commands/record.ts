import { Argument, Command } from 'commander';
import type { Score } from '../../contracts/generated/types.ts';
import { asNumber, scoreAsJson } from '../../core/scores/score-columns.ts';
import { parseCount } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { noScoreOf } from '../no-score.ts';
import { outcomeWords } from '../render/outcome-words.ts';
import { approximately, moment } from '../render/quantities.ts';
import { table } from '../render/table.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const recordCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('record')
      .description('show the scores of one record, newest first')
      .addArgument(new Argument('<model>', 'the model’s name'))
      .argument('<id>', 'the record’s id, as written in the file: 00123 is not 123')
      .option('-n, --limit <count>', 'how many at most', parseCount, 10)
      .action(action(shell, record)),
    {
      examples: ['dropscore record churn 00123', 'dropscore record churn 00123 --limit 1 --json'],
      remarks: [
        'Newest is by the time of the drop, not of the processing. Ids that begin with a dash follow a "--": dropscore record churn -- -12.',
      ],
    },
  );

async function record(
  context: Context,
  model: string,
  id: string,
  { limit }: { limit: number },
): Promise<number> {
  const { terminal, json } = context;
  const connection = await context.connect();
  const found = await (await connection.scores()).scoresOfRecord(model, id, limit);
  if (found.length === 0) throw await noScoreOf(connection, model, id);
  await terminal.data(
    json
      ? `${JSON.stringify(found.map(scoreAsJson), undefined, 2)}\n`
      : `${recordTable(found, terminal.dataColumns)}\n`,
  );
  return EXIT.done;
}

function recordTable(scores: readonly Score[], width?: number): string {
  const number = (value: Score['score']) =>
    value === undefined ? '' : approximately(asNumber(value) as number);
  const rows = scores.map((found) => [
    moment(found.sourceTime),
    String(found.version),
    outcomeWords(found),
    number(found.score),
    found.tier ?? '',
    found.jobId,
    found.line === undefined ? `row ${found.row}` : String(found.line),
  ]);
  return table(
    [
      { title: 'DROPPED' },
      { title: 'VERSION', align: 'right' },
      { title: 'PREDICTION', shrinks: true },
      { title: 'SCORE', align: 'right' },
      { title: 'TIER' },
      { title: 'JOB' },
      { title: 'LINE', align: 'right' },
    ],
    rows,
    width,
  );
}
