import type { FailedChunk } from '../contracts/generated/types.ts';
import { type JobView, statusOf } from '../core/job.ts';
import { jobJson } from '../core/job-json.ts';
import type { Ledger } from '../core/ledger.ts';
import { exitCodeOf } from './exit-code.ts';
import { jobDetails } from './render/job-details.ts';
import { nextSteps } from './render/next-steps.ts';
import type { Context } from './shell.ts';

const CHUNKS_SHOWN = 20;

/** Shows a job as it stands. @returns the exit code that its status means. */
export async function showJob(context: Context, ledger: Ledger, view: JobView): Promise<number> {
  const { terminal, json } = context;
  const found = view.state.status === 'running' ? undefined : await ledger.readSummary(view.job.jobId);
  // A failed attempt has none, and the one before may have left one.
  const summary = found?.attempt === view.state.attempt ? found : undefined;
  const failedChunks = summary?.failedChunks ?? (await writtenOff(ledger, view));
  if (json) await terminal.data(`${JSON.stringify(jobJson(view, summary, failedChunks), undefined, 2)}\n`);
  else {
    await terminal.data(`${jobDetails(view, summary, terminal.dataColumns, failedChunks)}\n`);
    for (const step of nextSteps(view)) context.note(`next: ${step}`);
  }
  return exitCodeOf(statusOf(view.state));
}

/** The first chunks that were written off, of a job that has no summary to tell of them: it runs, or was stopped. */
async function writtenOff(ledger: Ledger, { job, state }: JobView): Promise<FailedChunk[]> {
  const most = Math.min(state.chunksFailed, CHUNKS_SHOWN);
  const found: FailedChunk[] = [];
  if (most === 0) return found;
  for await (const { chunk, status, reason, reference } of ledger.chunksOf(job.jobId)) {
    if (status !== 'failed' || !reason) continue;
    found.push({ chunk, firstRow: reference.firstRow, rowCount: reference.rowCount, reason });
    if (found.length === most) break;
  }
  return found;
}
