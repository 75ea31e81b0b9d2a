import { Command } from 'commander';
import type { Score } from '../../contracts/generated/types.ts';
import { compareRows } from '../../core/comparison/compare-rows.ts';
import { wholeComparison } from '../../core/comparison/merge.ts';
import { isTerminal, type JobView } from '../../core/job.ts';
import { parseJobId } from '../arguments.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { findJob } from '../find-job.ts';
import { comparisonDetails, tierOrderOf } from '../render/comparison.ts';
import { count, counted } from '../render/quantities.ts';
import { rowSourceOf } from '../scores/row-source.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const jobCompareCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('compare')
      .description('tell what changed between two jobs that scored the same file')
      .argument('<before>', 'the earlier job’s id', parseJobId)
      .argument('<after>', 'the later job’s id', parseJobId)
      .action(action(shell, compare)),
    {
      examples: [
        'dropscore job compare 0123456789abcdef01234567 76543210fedcba9876543210',
        'dropscore job compare 0123456789abcdef01234567 76543210fedcba9876543210 --json | jq .psi',
      ],
      remarks: [
        'Reads the scores of both jobs, row by row, and shows how many rows they have in common, the difference of the score (of a model without one, of the numeric prediction, or of the first output that is a number), the population stability index, how tiers and labels changed, and the ten rows that moved most. See docs/rescore.md.',
        'A job that renews another carries the same comparison: `job show` has its headline, with --json the whole.',
      ],
    },
  );

async function compare(context: Context, earlierId: string, laterId: string): Promise<number> {
  const { terminal, json } = context;
  const connection = await context.connect();
  const ledger = await connection.ledger();
  const [before, after] = [await findJob(ledger, earlierId), await findJob(ledger, laterId)];
  refuseUnequal(before, after);
  const earlier = await rowSourceOf(before, connection);
  const later = await rowSourceOf(after, connection);
  const scored = { before: { rows: 0 }, after: { rows: 0 } };
  const showProgress = () => {
    if (terminal.live && !json) terminal.redraw(`${count(scored.after.rows)} rows compared`);
  };
  const rows = await compareRows(
    earlierId,
    tallied(earlier.all(), scored.before),
    tallied(later.all(), scored.after, showProgress),
    later.manifest.output,
  );
  const comparison = wholeComparison(rows);
  if (terminal.live) terminal.redraw(undefined);
  noteLost(context, before, scored.before.rows);
  noteLost(context, after, scored.after.rows);
  const { jobId, ...figures } = comparison;
  await terminal.data(
    json
      ? `${JSON.stringify({ before: jobId, after: laterId, ...figures }, undefined, 2)}\n`
      : `${comparisonDetails(before, after, comparison, tierOrderOf(later.manifest), terminal.dataColumns)}\n`,
  );
  return EXIT.done;
}

function refuseUnequal(before: JobView, after: JobView): void {
  for (const { job, state } of [before, after])
    if (!isTerminal(state.status))
      throw new Failure('still_running', `Job ${job.jobId} has not ended: its scores are still to come.`, {
        remedy: `Wait for its end: dropscore job watch ${job.jobId}`,
      });
  const [b, a] = [before.job.source, after.job.source];
  if (b.bucket !== a.bucket || b.key !== a.key || b.versionId !== a.versionId)
    throw new Failure('other_source', 'These jobs scored different files: their rows do not compare.', {
      remedy: 'Compare jobs of the same version of a file: `dropscore job show` tells it.',
      exitCode: EXIT.usage,
    });
}

/** Counts the rows that have a score, as they pass. */
async function* tallied(
  batches: AsyncIterable<Score[]>,
  tally: { rows: number },
  onBatch?: () => void,
): AsyncGenerator<Score[]> {
  for await (const batch of batches) {
    tally.rows += batch.filter(({ error }) => error === undefined).length;
    onBatch?.();
    yield batch;
  }
}

function noteLost(context: Context, { job, state }: JobView, found: number): void {
  const lost = state.rowsScored - found;
  if (lost > 0)
    context.note(
      `${counted(lost, 'score')} of job ${job.jobId} can no longer be read, and compare with nothing.`,
    );
}
