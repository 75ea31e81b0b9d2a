import type { JobState, RescoreRun, RunSummary } from '../../contracts/generated/types.ts';
import { jobsFiguresOf } from '../../core/comparison/jobs.ts';
import { isCompleted } from '../../core/job.ts';
import { placeInPast } from '../../core/keys.ts';
import { allJobsEnded, endOf, hasEnded, OUTCOMES } from '../../core/rescore/run.ts';
import type { PastJob, Runs } from '../../core/rescore/runs.ts';
import type { Entry } from './memory-ledger.ts';

/** Runs in memory with the same conditions as in the Jobs table, over the jobs of a ledger in memory. */
export function memoryRuns(entries: ReadonlyMap<string, Entry> = new Map()) {
  const found = new Map<string, RescoreRun>();
  const turns = new Map<string, string>();
  const ended = new Map<string, Map<string, Pick<JobState, 'jobId' | 'attempt' | 'status'>>>();
  const summaries = new Map<string, RunSummary>();
  const paused = new Set<string>();
  const runOf = (runId: string): RescoreRun => found.get(runId) ?? expectRun(runId);
  const ifRun = (runId: string, holds: (run: RescoreRun) => boolean, change: Partial<RescoreRun>) => {
    if (!holds(runOf(runId))) return false;
    Object.assign(runOf(runId), structuredClone(change));
    return true;
  };
  const counterOf = (status: JobState['status']) => (isCompleted(status) ? 'jobsCompleted' : 'jobsFailed');
  /** A summary behind the step that went from a checkpoint; a whole one has none, and stays. */
  const keepSummary = (summary: RunSummary, before: string | undefined) => {
    const kept = summaries.get(summary.runId);
    if (kept ? kept.checkpoint === undefined || kept.checkpoint !== before : before !== undefined)
      return false;
    summaries.set(summary.runId, structuredClone(summary));
    return true;
  };

  const runs: Runs = {
    readRun: async (runId) => structuredClone(found.get(runId)),
    readRunSummary: async (runId) => structuredClone(summaries.get(runId)),
    async *jobsOfRun(runId, after = '') {
      const jobs = [...(ended.get(runId)?.values() ?? [])].filter(({ jobId }) => jobId > after);
      yield* jobs.sort((a, b) => (a.jobId < b.jobId ? -1 : 1));
    },
    async *recentRuns() {
      yield* [...found.values()].reverse();
    },
    async *openRuns() {
      yield* [...found.values()].filter((run) => !hasEnded(run) || run.untold);
    },
    async *pastJobs(model, from, to) {
      const past = [...entries.values()].flatMap(({ job }) => {
        const { modelOfPast, sourcePlace: place = '' } = placeInPast(job) ?? {};
        return modelOfPast === model ? [{ place, job }] : [];
      });
      const within = past.filter(({ place }) => place >= from && place <= to);
      within.sort((a, b) => (a.place < b.place ? -1 : 1));
      for (const { job } of within) yield job as PastJob;
    },
    async openRun(run) {
      if (found.has(run.runId)) return 'exists';
      found.set(run.runId, structuredClone(run));
      return 'opened';
    },
    async takeTurn(model, runId, before = runId) {
      const holder = turns.get(model);
      if (holder === undefined || holder === before) turns.set(model, runId);
      return turns.get(model) ?? runId;
    },
    startRun: async (runId, pinned, progressAt) =>
      ifRun(runId, ({ status }) => status === 'waiting', { status: 'running', ...pinned, progressAt }),
    async advanceRun(before, { checkpoint, counts, goneSources }, progressAt) {
      const run = runOf(before.runId);
      if (run.status !== 'running' || run.checkpoint !== before.checkpoint) return false;
      for (const outcome of OUTCOMES) {
        run[outcome] += counts[outcome] ?? 0;
        run.found += counts[outcome] ?? 0;
      }
      return ifRun(run.runId, () => true, { checkpoint, goneSources, progressAt });
    },
    endListing: async ({ runId, checkpoint }, progressAt) =>
      ifRun(runId, (run) => run.status === 'running' && !run.listed && run.checkpoint === checkpoint, {
        listed: true,
        progressAt,
      }),
    async countJob(runId, { jobId, attempt, status }, progressAt) {
      const jobs = ended.get(runId) ?? new Map();
      const before = jobs.get(jobId);
      const run = found.get(runId);
      if ((before && before.attempt >= attempt) || run?.status !== 'running') return false;
      if (before) run[counterOf(before.status)]--;
      run[counterOf(status)]++;
      ended.set(runId, jobs.set(jobId, { jobId, attempt, status }));
      return ifRun(runId, () => true, { progressAt });
    },
    beginSummary: async ({ runId, sent, jobsCompleted }, progressAt) =>
      ifRun(runId, (run) => allJobsEnded(run) && run.sent === sent && run.jobsCompleted === jobsCompleted, {
        ...{ status: 'summarising', progressAt },
      }),
    advanceSummary: async (summary, before) => keepSummary(summary, before),
    completeRun: async ({ runId }, summary, before, at) =>
      runOf(runId).status === 'summarising' &&
      keepSummary(summary, before) &&
      ifRun(runId, () => true, {
        ...{ status: endOf(runOf(runId)), endedAt: at, progressAt: at, untold: true },
        comparison: jobsFiguresOf(summary.comparison),
      }),
    endRun: async (runId, status, reason, at) =>
      ifRun(runId, (run) => !hasEnded(run), {
        ...{ status, endedAt: at, progressAt: at, untold: true },
        ...(reason && { reason }),
      }),
    async markRunTold(runId) {
      const { untold, ...told } = runOf(runId);
      found.set(runId, told);
    },
    async touchRun(runId, progressAt) {
      const run = runOf(runId);
      if (!hasEnded(run) || run.untold) run.progressAt = progressAt;
    },
    isPaused: async (schedule) => paused.has(schedule),
    async setPaused(schedule, isPaused) {
      if (isPaused) paused.add(schedule);
      else paused.delete(schedule);
    },
  };
  return { runs, found };
}

function expectRun(runId: string): never {
  throw new Error(`no run ${runId}`);
}
