import { Command } from 'commander';
import { isTerminal } from '../../core/job.ts';
import { parseJobId } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { findJob } from '../find-job.ts';
import { STATUS_WORDS } from '../render/job-details.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { untilJob } from '../watch/until-job.ts';

const ENDS_WITHIN_MS = 120_000;

export const jobCancelCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('cancel')
      .description('end a running or held job: no further chunk of it is scored')
      .argument('<job>', 'the job’s id', parseJobId)
      .action(action(shell, cancel)),
    {
      examples: ['dropscore job cancel 0123456789abcdef01234567'],
      remarks: [
        'Rows that were scored before keep their scores, and `job retry` goes on with the rest. Exits 1 where the job ended by itself first.',
      ],
    },
  );

async function cancel(context: Context, jobId: string): Promise<number> {
  const connection = await context.connect();
  const ledger = await connection.ledger();
  const before = await findJob(ledger, jobId);
  const { status, attempt } = before.state;
  if (!isTerminal(status)) await connection.sendToIntake({ type: 'cancel', jobId, attempt });
  const { state } = await untilJob(context, ledger, jobId, {
    holds: (view) => isTerminal(view.state.status),
    withinMs: ENDS_WITHIN_MS,
    what: 'its end',
  });
  if (state.status === 'cancelled') {
    context.note(`cancelled; ${state.rowsScored + state.rowsFailed} rows were done before`);
    return EXIT.done;
  }
  context.note(`The job had ended before: ${STATUS_WORDS[state.status]}.`);
  return EXIT.failed;
}
