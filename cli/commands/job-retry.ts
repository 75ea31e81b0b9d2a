import { Command } from 'commander';
import { isTerminal, type JobView } from '../../core/job.ts';
import { type RetryRefusal, refusedRetry } from '../../core/retry-refusal.ts';
import { parseJobId } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { findJob } from '../find-job.ts';
import { counted } from '../render/quantities.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { showJob } from '../show-job.ts';
import { showWatch } from '../watch/show-watch.ts';
import { untilJob } from '../watch/until-job.ts';
import { type WatchOptions, watchable } from '../watch/watchable.ts';

/** A cold start of fan-out takes seconds; a queue behind many drops longer. */
const BEGINS_WITHIN_MS = 120_000;

export const jobRetryCommand = (shell: Shell): Command =>
  withGuidance(
    watchable(
      new Command('retry')
        .description('score what was not scored of an ended job: its next attempt')
        .argument('<job>', 'the job’s id', parseJobId),
    ).action(action(shell, retry)),
    {
      examples: ['dropscore job retry 0123456789abcdef01234567 --watch'],
      remarks: [
        'Chunks that were written off, and those that a failed or cancelled job never came to, are scored with the model version and the settings that the job pinned. Rows that have a score keep it, and rows that were refused stay refused: mend those and drop them again. A job that was held is held again, unless it was approved.',
        'After too_many_errors the next attempt is held to the same share: refused rows count again, written-off ones only if they fail again.',
      ],
    },
  );

async function retry(context: Context, jobId: string, { watch, timeout }: WatchOptions): Promise<number> {
  const connection = await context.connect();
  const ledger = await connection.ledger();
  const view = await findJob(ledger, jobId);
  refuseNeedless(view);
  const attempt = view.state.attempt + 1;
  if (view.state.reason?.code === 'too_many_errors') context.note(sharedAnew(view, attempt));
  await connection.sendToIntake({ type: 'retry', jobId, attempt });
  const begun = await untilJob(context, ledger, jobId, {
    holds: ({ state }) => state.attempt >= attempt,
    withinMs: BEGINS_WITHIN_MS,
    what: `its attempt ${attempt}`,
  });
  const { chunksFailed } = view.state;
  context.note(
    `attempt ${attempt} has begun${chunksFailed > 0 ? `: ${counted(chunksFailed, 'chunk')} again` : ''}`,
  );
  if (!watch) return EXIT.done;
  const ended = isTerminal(begun.state.status)
    ? begun
    : await showWatch(context, ledger, jobId, { opensWithinMs: 0, timeoutMs: timeout });
  return showJob(context, ledger, ended);
}

const sharedAnew = ({ job }: JobView, attempt: number): string =>
  `Attempt ${attempt} is held to the same share of ${job.settings.toleratedErrors} with errors, and rows that were refused stay refused: ` +
  'it ends as this one did unless what was written off brings the share down. To tolerate more, score the file again with a greater --tolerate.';

/** @throws Failure where another attempt could do nothing, or not yet. */
function refuseNeedless(view: JobView): void {
  const refused = refusedRetry(view);
  if (refused) throw new Failure(refused.code, refused.message, { remedy: remedyOf(refused.code, view) });
}

function remedyOf(code: RetryRefusal, { job: { jobId }, state }: JobView): string {
  if (code === 'held') return `Let it go on: dropscore job approve ${jobId}`;
  if (code === 'still_running') return `Wait for its end: dropscore job watch ${jobId}`;
  if (code === 'never_split') return 'Mend what the reason says, and drop the file again.';
  return state.rowsFailed > 0
    ? `Its refused rows: dropscore errors ${jobId} -o rejected.csv`
    : `Its scores: dropscore scores ${jobId}`;
}
