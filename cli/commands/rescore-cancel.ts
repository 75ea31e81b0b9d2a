import { Command } from 'commander';
import { hasEnded } from '../../core/rescore/run.ts';
import { parseRunId } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { findRun, untilRun } from '../find-run.ts';
import { count } from '../render/quantities.ts';
import { RUN_STATUS_WORDS } from '../render/run-details.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const rescoreCancelCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('cancel')
      .description('end a run: it asks for no more jobs')
      .argument('<run>', 'the run’s id', parseRunId)
      .action(action(shell, cancel)),
    {
      examples: ['dropscore rescore cancel nightly@2026-11-21T02:00:00Z'],
      remarks: ['Jobs that it asked for before go on; `job cancel` ends one.'],
    },
  );

async function cancel(context: Context, runId: string): Promise<number> {
  const connection = await context.connect();
  const runs = await connection.runs();
  if (!hasEnded(await findRun(runs, runId))) await connection.sendToRescore({ type: 'cancel', runId });
  const { status, sent } = await untilRun(context, runs, runId, { holds: hasEnded });
  if (status !== 'cancelled')
    throw new Failure('run_ended', `Run ${runId} has ended before: ${RUN_STATUS_WORDS[status]}.`);
  context.note(`cancelled; it had asked for ${count(sent)} jobs`);
  return EXIT.done;
}
