import { Command } from 'commander';
import type { PredictAnswer } from '../../contracts/generated/types.ts';
import { chunkMessage } from '../../core/chunk-message.ts';
import { scoreAsJson } from '../../core/scores/score-columns.ts';
import { parseCount, parseRow } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { differences } from '../explain/differences.ts';
import { type FoundRow, rowOfJob, rowOfRecord } from '../explain/find-row.ts';
import { Failure, wrongUsage } from '../failure.ts';
import { explanationText } from '../render/explanation.ts';
import { action, type Context, type Shell } from '../shell.ts';

const SHOWN = 20;

interface ExplainOptions {
  row?: number;
  top: number;
}

export const explainCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('explain')
      .description('tell how a row’s score came about: its features, what each contributes, and its origin')
      .argument('<model>', 'the model’s name; with --row, a job’s id')
      .argument('[id]', 'the record’s id, as written in the file')
      .option('--row <number>', 'a row of a job instead, counted from 0', parseRow)
      .option('-n, --top <count>', 'how many features at most; --json has all', parseCount, SHOWN)
      .action(action(shell, explain)),
    {
      examples: [
        'dropscore explain churn 00123',
        'dropscore explain churn 00123 --top 5',
        'dropscore explain 0123456789abcdef01234567 --row 17 --json',
      ],
      remarks: [
        'Takes the score of the record that `dropscore record` shows first. The row is read again from the object version that the job pinned, and scored by the version that scored it; where that comes out otherwise than stored, it is told.',
        'XGBoost, LightGBM and linear models of scikit-learn tell contributions, by themselves or at the end of a Pipeline; of any other model, features and origin are shown. See docs/explain.md.',
      ],
    },
  );

async function explain(
  context: Context,
  name: string,
  id: string | undefined,
  { row, top }: ExplainOptions,
): Promise<number> {
  if ((id === undefined) === (row === undefined))
    throw wrongUsage('Name either a model and a record’s id, or a job and --row.');
  const { terminal, json } = context;
  const connection = await context.connect();
  const found =
    row === undefined
      ? await rowOfRecord(connection, name, String(id))
      : await rowOfJob(connection, name, row);
  const message = chunkMessage(found.view.job, found.chunk);
  const predictor = await connection.predictor(message.model.runtime);
  const answer = await predictor.explain({ explain: message, row: found.row });
  const [prediction] = answer.predictions ?? [];
  const differs = found.stored && prediction ? differences(found.stored, prediction) : [];
  await terminal.data(
    json
      ? `${JSON.stringify(asJson(found, answer, differs), undefined, 2)}\n`
      : `${explanationText(found, answer, top, terminal.dataColumns)}\n`,
  );
  if (differs.length > 0) context.note(`The row now comes out otherwise than stored: ${differs.join('; ')}.`);
  if (prediction) return EXIT.done;
  const { code, message: sentence } = answer.reason ?? {
    code: 'not_explained',
    message: 'It tells no reason.',
  };
  throw new Failure(code, `The row cannot be scored again: ${sentence}`);
}

function asJson({ view: { job }, row, stored }: FoundRow, answer: PredictAnswer, differs: string[]) {
  const { predictions: [prediction] = [], inputs, reason } = answer;
  return {
    jobId: job.jobId,
    row,
    line: stored?.line,
    model: job.model,
    source: job.source,
    sourceTime: job.sourceTime,
    stored: stored && scoreAsJson(stored),
    prediction,
    inputs,
    reason,
    differs,
  };
}
