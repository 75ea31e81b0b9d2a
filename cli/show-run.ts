import type { RescoreRun, RunSummary } from '../contracts/generated/types.ts';
import type { Connection } from './connection.ts';
import { EXIT } from './exit-code.ts';
import { tierOrderOf } from './render/comparison.ts';
import { jobsComparisonDetails } from './render/jobs-comparison.ts';
import { runDetails } from './render/run-details.ts';
import type { Context } from './shell.ts';

/** Shows a run as it stands, and what changed once it has ended. @returns the exit code that its status means. */
export async function showRun(
  { terminal, json }: Context,
  connection: Connection,
  run: RescoreRun,
): Promise<number> {
  const summary = run.comparison && (await (await connection.runs()).readRunSummary(run.runId));
  const { untold, checkpoint, ...shown } = run;
  const changed =
    summary && !json ? await changedDetails(run, summary, connection, terminal.dataColumns) : [];
  await terminal.data(
    json
      ? `${JSON.stringify({ ...shown, ...(summary && { summary: withoutRun(summary) }) }, undefined, 2)}\n`
      : `${[runDetails(run, summary), ...changed].join('\n\n')}\n`,
  );
  if (run.status === 'completed_with_failures') return EXIT.rowErrors;
  return run.status === 'failed' || run.status === 'cancelled' || run.status === 'skipped'
    ? EXIT.failed
    : EXIT.done;
}

const withoutRun = ({ runId, ...summary }: RunSummary) => summary;

async function changedDetails(
  { modelName, version = 0 }: RescoreRun,
  { comparison }: RunSummary,
  connection: Connection,
  width: number | undefined,
): Promise<string[]> {
  if (comparison.jobs === 0) return [];
  const manifest = await (await connection.models()).manifest(modelName, version);
  return [jobsComparisonDetails([], comparison, manifest ? tierOrderOf(manifest) : [], width)];
}
