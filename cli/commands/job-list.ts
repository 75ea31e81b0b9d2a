import { Command, Option } from 'commander';
import { type JobStatus, type JobView, statusOf, TERMINAL } from '../../core/job.ts';
import { jobJson } from '../../core/job-json.ts';
import { progressOf } from '../../core/progress.ts';
import { isShadow } from '../../core/shadow.ts';
import { parseCount } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { STATUS_WORDS } from '../render/job-details.ts';
import { count, duration, moment } from '../render/quantities.ts';
import { table } from '../render/table.ts';
import { action, type Context, type Shell } from '../shell.ts';

type Status = JobStatus | 'held';

const STATUSES: readonly Status[] = ['running', 'held', ...TERMINAL];

interface ListOptions {
  model?: string;
  status?: Status;
  limit: number;
}

export const jobListCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('list')
      .description('list jobs, newest first')
      .option('-m, --model <name>', 'only jobs of this model')
      .addOption(new Option('-s, --status <status>', 'only jobs in this state').choices(STATUSES))
      .option('-n, --limit <count>', 'how many at most', parseCount, 20)
      .action(action(shell, list)),
    { examples: ['dropscore job list', 'dropscore job list --model churn --status failed --json'] },
  );

async function list(context: Context, options: ListOptions): Promise<number> {
  const { terminal, json, clock } = context;
  const ledger = await (await context.connect()).ledger();
  const jobs = await matching(ledger.recentJobs(new Date(clock.now()).toISOString()), options);
  if (json)
    await terminal.data(
      `${JSON.stringify(
        jobs.map((view) => jobJson(view)),
        undefined,
        2,
      )}\n`,
    );
  else if (jobs.length === 0) context.note('no jobs');
  else await terminal.data(`${jobTable(jobs, terminal.dataColumns)}\n`);
  return EXIT.done;
}

async function matching(
  jobs: AsyncIterable<JobView>,
  { model, status, limit }: ListOptions,
): Promise<JobView[]> {
  const found: JobView[] = [];
  for await (const view of jobs) {
    if (model !== undefined && view.job.modelName !== model) continue;
    if (status !== undefined && statusOf(view.state) !== status) continue;
    if (found.push(view) === limit) break;
  }
  return found;
}

function jobTable(jobs: readonly JobView[], width?: number): string {
  const rows = jobs.map(({ job, state }) => [
    job.jobId,
    STATUS_WORDS[statusOf(state)],
    job.modelName + (job.model ? `@${job.model.version}` : '') + (isShadow(job) ? ' (shadow)' : ''),
    job.source.key,
    count(state.rowsTotal ?? progressOf(state).rowsKnown),
    count(state.rowsFailed),
    moment(job.createdAt),
    state.endedAt ? duration(Date.parse(state.endedAt) - Date.parse(job.createdAt)) : '',
  ]);
  return table(
    [
      { title: 'JOB' },
      { title: 'STATUS' },
      { title: 'MODEL' },
      { title: 'FILE', shrinks: true },
      { title: 'ROWS', align: 'right' },
      { title: 'ERRORS', align: 'right' },
      { title: 'CREATED' },
      { title: 'TIME', align: 'right' },
    ],
    rows,
    width,
  );
}
