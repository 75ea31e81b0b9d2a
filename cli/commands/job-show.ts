import { Command } from 'commander';
import { parseJobId } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { findJob } from '../find-job.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { showJob } from '../show-job.ts';

export const jobShowCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('show')
      .description('show one job: status, counts, errors, statistics, result files')
      .argument('<job>', 'the job’s id', parseJobId)
      .action(action(shell, show)),
    {
      examples: [
        'dropscore job show 0123456789abcdef01234567',
        'dropscore job show 0123456789abcdef01234567 --json',
      ],
      remarks: ['Exits 0 whatever the job’s status; `job watch` exits with the job’s code.'],
    },
  );

async function show(context: Context, jobId: string): Promise<number> {
  const ledger = await (await context.connect()).ledger();
  await showJob(context, ledger, await findJob(ledger, jobId));
  return EXIT.done;
}
