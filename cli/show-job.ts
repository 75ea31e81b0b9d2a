import type { JobView } from '../core/job.ts';
import { jobJson } from '../core/job-json.ts';
import type { Ledger } from '../core/ledger.ts';
import { exitCodeOf } from './exit-code.ts';
import { jobDetails } from './render/job-details.ts';
import { nextSteps } from './render/next-steps.ts';
import type { Context } from './shell.ts';

/** Shows a job as it stands. @returns the exit code that its status means. */
export async function showJob(context: Context, ledger: Ledger, view: JobView): Promise<number> {
  const { terminal, json } = context;
  const found = view.state.status === 'running' ? undefined : await ledger.readSummary(view.job.jobId);
  // A failed attempt has none, and the one before may have left one.
  const summary = found?.attempt === view.state.attempt ? found : undefined;
  if (json) await terminal.data(`${JSON.stringify(jobJson(view, summary), undefined, 2)}\n`);
  else {
    await terminal.data(`${jobDetails(view, summary, terminal.dataColumns)}\n`);
    for (const step of nextSteps(view)) context.note(`next: ${step}`);
  }
  return exitCodeOf(view.state.status);
}
