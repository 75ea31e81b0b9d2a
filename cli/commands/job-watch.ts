import { Command } from 'commander';
import { parseDuration, parseJobId } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { showJob } from '../show-job.ts';
import { showWatch } from '../watch/show-watch.ts';

/** A mistyped id should not keep anybody waiting for long. */
const OPENS_WITHIN_MS = 15_000;

export const jobWatchCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('watch')
      .description('show the progress of a job until it ends, or is held')
      .argument('<job>', 'the job’s id', parseJobId)
      .option('--timeout <time>', 'how long to wait, such as 90s, 5m or 2h; the job goes on', parseDuration)
      .action(action(shell, watch)),
    {
      examples: [
        'dropscore job watch 0123456789abcdef01234567',
        'dropscore job watch 0123456789abcdef01234567 --timeout 10m',
      ],
      remarks: [
        'Exits with the job’s code: 0 done, 3 done with row errors, 1 failed, held or not ended in time.',
      ],
    },
  );

async function watch(context: Context, jobId: string, { timeout }: { timeout?: number }): Promise<number> {
  const ledger = await (await context.connect()).ledger();
  const limits = { opensWithinMs: OPENS_WITHIN_MS, timeoutMs: timeout };
  return showJob(context, ledger, await showWatch(context, ledger, jobId, limits));
}
