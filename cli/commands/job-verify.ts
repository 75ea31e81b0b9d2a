import { Command } from 'commander';
import { isHeld, isTerminal, type JobView } from '../../core/job.ts';
import { parseJobId } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { findJob } from '../find-job.ts';
import { heldWords } from '../render/held-words.ts';
import { count, counted } from '../render/quantities.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { Report, reportJson, reportText } from '../verify/report.ts';
import { openStores } from '../verify/stores.ts';
import { verifyJob } from '../verify/verify-job.ts';

export const jobVerifyCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('verify')
      .description('count an ended job’s file anew, and compare it with all that was written')
      .argument('<job>', 'the job’s id', parseJobId)
      .action(action(shell, verify)),
    {
      examples: [
        'dropscore job verify 0123456789abcdef01234567',
        'dropscore job verify 0123456789abcdef01234567 --json | jq .findings',
      ],
      remarks: [
        'Reads the source again at the version that the job pinned, and holds the ledger’s chunks, the score items, the result files, the job’s counters, its summary and _SUCCESS against it and against one another. Every row must be there once, as a score or as an error, or its chunk be written off with a reason.',
        'Shows what was compared, then what differs with both values: 100 lines at most, then how many more. Exits 0 where all holds, and 1 where something differs. Nothing is changed, and nothing is mended.',
        'A joblib file that was unpacked is counted by the index of its staged rows. Where that, or the source’s version, is no longer there, a note says that the file was not recounted, and the rest is compared. A job that runs or is held is refused: wait for its end.',
      ],
    },
  );

async function verify(context: Context, jobId: string): Promise<number> {
  const { terminal, json, clock } = context;
  const connection = await context.connect();
  const ledger = await connection.ledger();
  const view = await findJob(ledger, jobId);
  refuseRunning(view);
  const report = new Report();
  const expected = count(view.state.rowsTotal ?? view.state.checkpoint.row);
  report.course.onRows = (rows) => {
    if (terminal.live && !json) terminal.redraw(`${count(rows)} of ${expected} rows compared`);
  };
  const stores = await openStores(connection, view.job, clock.now());
  for await (const finding of verifyJob(view, stores, report.course)) report.add(finding);
  if (terminal.live) terminal.redraw(undefined);
  refuseRunning(await findJob(ledger, jobId), view.state.attempt);

  for (const note of report.course.notes) context.note(note);
  await terminal.data(
    json
      ? `${JSON.stringify(reportJson(jobId, report), undefined, 2)}\n`
      : `${reportText(report, terminal.dataColumns)}\n`,
  );
  context.note(report.holds ? 'everything agrees' : `${counted(report.total, 'finding')}`);
  return report.holds ? EXIT.done : EXIT.failed;
}

function refuseHeld({ job: { jobId }, state }: JobView): void {
  if (!isHeld(state)) return;
  throw new Failure('held', `Job ${jobId} is held, and has not ended: ${heldWords(state.held)}.`, {
    remedy: `Let it go on, or end it, and verify it then: dropscore job approve ${jobId}, dropscore job cancel ${jobId}`,
  });
}

/** @throws Failure where the job is not at rest: before the comparison, or, a retry having begun, since. */
function refuseRunning(view: JobView, attempt = view.state.attempt): void {
  const { job, state } = view;
  if (isTerminal(state.status) && state.attempt === attempt) return;
  refuseHeld(view);
  throw new Failure(
    'still_running',
    `Job ${job.jobId} has not ended: what is still to come cannot be told from what is lost.`,
    { remedy: `Wait for its end, and verify it then: dropscore job watch ${job.jobId}` },
  );
}
