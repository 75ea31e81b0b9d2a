import { Argument, Command } from 'commander';
import type { Score } from '../../contracts/generated/types.ts';
import { asNumber, scoreAsJson } from '../../core/scores/score-columns.ts';
import { parseCount } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { noScoreOf } from '../no-score.ts';
import { recordScores } from '../record-scores.ts';
import { outcomeWords } from '../render/outcome-words.ts';
import { approximately, moment } from '../render/quantities.ts';
import { table } from '../render/table.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const recordCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('record')
      .description('show the scores of one record, the current version’s first')
      .addArgument(new Argument('<model>', 'the model’s name'))
      .argument('<id>', 'the record’s id, as written in the file: 00123 is not 123')
      .option('-n, --limit <count>', 'how many at most', parseCount, 10)
      .action(action(shell, record)),
    {
      examples: ['dropscore record churn 00123', 'dropscore record churn 00123 --limit 1 --json'],
      remarks: [
        'The scores of the version that is current come first, newest first, then those of other versions: after a rollback, what was rolled back is not on top. Newest is by the time of the drop, not of the processing. Ids that begin with a dash follow a "--": dropscore record churn -- -12.',
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
  const { current, scores } = await recordScores(connection, model, id, limit);
  if (scores.length === 0) throw await noScoreOf(connection, model, id);
  const isCurrent = ({ version }: Score) => version === current;
  await terminal.data(
    json
      ? `${JSON.stringify(
          scores.map((score) => ({ ...scoreAsJson(score), current: isCurrent(score) })),
          undefined,
          2,
        )}\n`
      : `${recordTable(scores, isCurrent, terminal.dataColumns)}\n`,
  );
  return EXIT.done;
}

function recordTable(scores: readonly Score[], isCurrent: (score: Score) => boolean, width?: number): string {
  const number = (value: Score['score']) =>
    value === undefined ? '' : approximately(asNumber(value) as number);
  const rows = scores.map((found) => [
    moment(found.sourceTime),
    isCurrent(found) ? `${found.version} (current)` : String(found.version),
    outcomeWords(found),
    number(found.score),
    found.tier ?? '',
    found.jobId,
    found.line === undefined ? `row ${found.row}` : String(found.line),
  ]);
  return table(
    [
      { title: 'DROPPED' },
      { title: 'VERSION' },
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
