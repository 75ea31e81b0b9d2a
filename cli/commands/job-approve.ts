import { Command } from 'commander';
import { isHeld, type JobView, statusOf } from '../../core/job.ts';
import { parseJobId } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { findJob } from '../find-job.ts';
import { STATUS_WORDS } from '../render/job-details.ts';
import { count } from '../render/quantities.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { showJob } from '../show-job.ts';
import { showWatch } from '../watch/show-watch.ts';
import { untilJob } from '../watch/until-job.ts';
import { type WatchOptions, watchable } from '../watch/watchable.ts';

/** A cold start of fan-out takes seconds; a queue behind many drops longer. */
const APPROVES_WITHIN_MS = 120_000;

export const jobApproveCommand = (shell: Shell): Command =>
  withGuidance(
    watchable(
      new Command('approve')
        .description('let a held job go on beyond its limit of rows')
        .argument('<job>', 'the job’s id', parseJobId),
    ).action(action(shell, approve)),
    {
      examples: ['dropscore job approve 0123456789abcdef01234567 --watch'],
      remarks: [
        'Where the setting maxRowsPerJob is set, a job that has more rows is held: what was sent before is scored, and nothing more is sent until somebody approves. The approval is for all the rest of this job, also for its later attempts; `job cancel` ends it instead.',
      ],
    },
  );

async function approve(context: Context, jobId: string, { watch, timeout }: WatchOptions): Promise<number> {
  const connection = await context.connect();
  const ledger = await connection.ledger();
  const before = await findJob(ledger, jobId);
  if (isHeld(before.state))
    await connection.sendToIntake({ type: 'approve', jobId, attempt: before.state.attempt });
  const after = await untilJob(context, ledger, jobId, {
    holds: ({ state }) => !isHeld(state),
    withinMs: APPROVES_WITHIN_MS,
    what: 'its approval',
  });
  context.note(`approved beyond ${count(requireApproval(after))} rows`);
  if (!watch) return EXIT.done;
  return showJob(
    context,
    ledger,
    await showWatch(context, ledger, jobId, { opensWithinMs: 0, timeoutMs: timeout }),
  );
}

/** @throws Failure where the job was not held, or was ended meanwhile. */
function requireApproval({ job, state }: JobView): number {
  if (state.approvedBeyond !== undefined) return state.approvedBeyond;
  throw new Failure(
    'not_held',
    `Job ${job.jobId} is not held: ${STATUS_WORDS[statusOf(state)]}. There is nothing to approve.`,
    { remedy: `Look at it: dropscore job show ${job.jobId}` },
  );
}
