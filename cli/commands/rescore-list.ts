import { Command } from 'commander';
import type { RescoreRun } from '../../contracts/generated/types.ts';
import { parseCount } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { count, moment } from '../render/quantities.ts';
import { RUN_STATUS_WORDS } from '../render/run-details.ts';
import { table } from '../render/table.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const rescoreListCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('list')
      .description('list runs, newest first')
      .option('-m, --model <name>', 'only runs of this model')
      .option('-n, --limit <count>', 'how many at most', parseCount, 20)
      .action(action(shell, list)),
    { examples: ['dropscore rescore list --model churn'] },
  );

async function list(context: Context, { model, limit }: { model?: string; limit: number }): Promise<number> {
  const { terminal, json, clock } = context;
  const runs = await (await context.connect()).runs();
  const found: RescoreRun[] = [];
  for await (const run of runs.recentRuns(new Date(clock.now()).toISOString())) {
    if (model === undefined || run.modelName === model) found.push(run);
    if (found.length === limit) break;
  }
  if (json) await terminal.data(`${JSON.stringify(found, undefined, 2)}\n`);
  else if (found.length === 0) context.note('no runs');
  else await terminal.data(`${runTable(found, terminal.dataColumns)}\n`);
  return EXIT.done;
}

function runTable(runs: readonly RescoreRun[], width?: number): string {
  return table(
    [
      { title: 'RUN', shrinks: true },
      { title: 'STATUS' },
      { title: 'MODEL' },
      { title: 'FOUND', align: 'right' },
      { title: 'JOBS', align: 'right' },
      { title: 'ENDED', align: 'right' },
      { title: 'FAILED', align: 'right' },
      { title: 'CREATED' },
    ],
    runs.map((run) => [
      run.runId,
      RUN_STATUS_WORDS[run.status],
      run.modelName + (run.version === undefined ? '' : `@${run.version}`),
      count(run.found),
      count(run.sent),
      count(run.jobsCompleted + run.jobsFailed),
      count(run.jobsFailed),
      moment(run.createdAt),
    ]),
    width,
  );
}
