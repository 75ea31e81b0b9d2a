import { isTerminal, type JobView } from '../../core/job.ts';
import { successKey } from '../../core/keys.ts';
import { isShadow } from '../../core/shadow.ts';
import { besideSource } from './beside-source.ts';
import { checkChunk } from './check-chunks.ts';
import { checkCounters, checkLimit, checkStatus } from './check-end.ts';
import { checkSuccess, checkSummary } from './check-summary.ts';
import { ChunkTotals } from './chunk-totals.ts';
import { type Course, newCourse } from './course.ts';
import type { Finding } from './finding.ts';
import { wasStopped } from './job-end.ts';
import type { VerifyStores } from './stores.ts';
import { itemsBeyond, strayResults, verifyRows } from './verify-rows.ts';

/** That a state has of its chunks. */
const COUNTERS = 6;

/**
 * Counts a job's source anew and compares it with the ledger, the score items and the result files, and these with one another.
 * A job that has ended and lost nothing, doubled nothing and hidden nothing yields no finding. Holds a page of each in memory,
 * and one result file.
 *
 * @throws what the stores throw.
 */
export async function* verifyJob(
  view: JobView,
  stores: VerifyStores,
  course: Course = newCourse(),
): AsyncGenerator<Finding> {
  const { job, state } = view;
  const { ledger, objects } = stores;
  const totals = new ChunkTotals();
  const mayBeOpen = !isTerminal(state.status) || wasStopped(state);
  for await (const { chunk, findings } of besideSource(view, stores, course)) {
    yield* findings;
    if (!chunk) continue;
    totals.add(chunk);
    course.compared.chunk++;
    yield* checkChunk(chunk, state, mayBeOpen);
    yield* verifyRows(view, chunk, stores, course);
    course.onRows?.(totals.rows);
  }
  yield* itemsBeyond(view, Math.max(totals.rows, state.rowsTotal ?? 0), stores);
  yield* strayResults(job, totals.chunks, stores);

  course.compared.counter = COUNTERS;
  yield* checkCounters(state, totals);
  yield* checkLimit(view, totals);
  const summary = await ledger.readSummary(job.jobId);
  course.compared.summary = summary ? 1 : 0;
  yield* checkSummary(view, summary, totals);
  const success = await objects.readResult(successKey(job.modelName, job.jobId, isShadow(job)));
  course.compared._SUCCESS = success ? 1 : 0;
  yield* checkSuccess(state, summary, success);
  course.compared.status = 1;
  yield* checkStatus(view, totals);
}
