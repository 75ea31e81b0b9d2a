import type { JobsComparison } from '../contracts/generated/types.ts';
import { NO_JOBS, wholeJobsComparison, withJob } from '../core/comparison/jobs.ts';
import { isCompleted, isTerminal, type JobView } from '../core/job.ts';
import type { VersionPair } from '../core/keys.ts';
import type { Ledger } from '../core/ledger.ts';

/** What the shadow jobs of one version tell of it, beside another. */
export interface ShadowEvidence {
  completed: number;
  failed: number;
  running: number;
  /** What changed, over all that completed. */
  comparison: JobsComparison;
  /** The newest of them. */
  jobs: JobView[];
}

/** Holds one comparison and the newest jobs in memory, however many there are. */
export async function shadowEvidence(
  ledger: Pick<Ledger, 'shadowJobs' | 'readSummary'>,
  versions: VersionPair,
  { since, newest, onJob }: { since: string; newest: number; onJob?(jobs: number): void },
): Promise<ShadowEvidence> {
  const evidence = { completed: 0, failed: 0, running: 0, comparison: NO_JOBS, jobs: [] as JobView[] };
  for await (const view of ledger.shadowJobs(versions, since)) {
    const { jobId, status } = view.state;
    if (evidence.jobs.length < newest) evidence.jobs.push(view);
    evidence[isCompleted(status) ? 'completed' : isTerminal(status) ? 'failed' : 'running']++;
    const summary = isCompleted(status) ? await ledger.readSummary(jobId) : undefined;
    if (summary?.comparison) evidence.comparison = withJob(evidence.comparison, jobId, summary.comparison);
    onJob?.(evidence.completed + evidence.failed + evidence.running);
  }
  return { ...evidence, comparison: wholeJobsComparison(evidence.comparison) };
}
