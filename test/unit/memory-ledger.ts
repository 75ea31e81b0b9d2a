import type { Chunk, Job, JobState, JobSummary } from '../../contracts/generated/types.ts';
import { figuresOf } from '../../core/comparison/merge.ts';
import { isAccountedFor } from '../../core/job.ts';
import { placeInPast, shadowsPartition } from '../../core/keys.ts';
import type { ChunkKey, Ledger } from '../../core/ledger.ts';

export type ChunkReport = Required<Pick<Chunk, 'rowsScored' | 'rowsFailed'>>;

/** All that the table holds of a job. */
export interface Entry {
  job: Job;
  state: JobState;
  chunks: Map<number, Chunk>;
  summary?: JobSummary;
  announced: boolean;
}

/** A ledger in memory with the same conditions as the Jobs table, for cores that are given plain functions. */
export function memoryLedger() {
  const entries = new Map<string, Entry>();
  const entry = (jobId: string): Entry => {
    const found = entries.get(jobId);
    if (!found) throw new Error(`no job ${jobId}`);
    return found;
  };
  const ifState = (jobId: string, condition: (state: JobState) => boolean, change: Partial<JobState>) => {
    const { state } = entry(jobId);
    if (!condition(state)) return false;
    Object.assign(state, change);
    return true;
  };
  const running = ({ status }: JobState) => status === 'running';

  const ledger: Ledger = {
    async readJob(jobId) {
      const found = entries.get(jobId);
      return found && structuredClone({ job: found.job, state: found.state });
    },
    readJobs: async (jobIds) =>
      [...entries.values()]
        .filter(({ job }) => jobIds.includes(job.jobId))
        .map(({ job, state }) => structuredClone({ job, state })),
    readSummary: async (jobId) => entries.get(jobId)?.summary,
    readChunk: async (jobId, chunk) => structuredClone(entries.get(jobId)?.chunks.get(chunk)),
    async *chunksOf(jobId) {
      yield* structuredClone([...entry(jobId).chunks.values()].sort((a, b) => a.chunk - b.chunk));
    },
    async *openJobs() {
      yield* [...entries].filter(([, { announced }]) => !announced).map(([jobId]) => jobId);
    },
    async *recentJobs(_now, after) {
      const newestFirst = [...entries.values()]
        .map(({ job, state }) => structuredClone({ job, state }))
        .reverse();
      yield* newestFirst.slice(1 + newestFirst.findIndex(({ job }) => job.jobId === after?.jobId));
    },
    async *shadowJobs(versions, since) {
      const shadows = [...entries.values()].filter(({ job }) => {
        const { modelOfPast, sourcePlace = '' } = placeInPast(job) ?? {};
        return modelOfPast === shadowsPartition(versions) && sourcePlace >= since;
      });
      yield* shadows.map(({ job, state }) => structuredClone({ job, state })).reverse();
    },
    async openJob(job, state) {
      if (entries.has(job.jobId)) return 'exists';
      entries.set(job.jobId, { ...structuredClone({ job, state }), chunks: new Map(), announced: false });
      return 'opened';
    },
    async putChunk(chunk) {
      const { chunks } = entry(chunk.jobId);
      if (!chunks.has(chunk.chunk)) chunks.set(chunk.chunk, structuredClone(chunk));
      return structuredClone(chunks.get(chunk.chunk) as Chunk);
    },
    advance: async (jobId, checkpoint, progressAt) =>
      ifState(jobId, (state) => running(state) && state.checkpoint.chunk < checkpoint.chunk, {
        checkpoint,
        progressAt,
      }),
    finishSplit: async (jobId, { rowsTotal, chunksTotal, checkpoint, notes }, progressAt) =>
      ifState(jobId, (state) => running(state) && !state.splitDone, {
        splitDone: true,
        rowsTotal,
        chunksTotal,
        checkpoint,
        progressAt,
        ...(notes && { notes }),
        remaining: entry(jobId).state.remaining + chunksTotal,
      }),
    holdSplit: async (jobId, held, checkpoint) =>
      ifState(
        jobId,
        (state) => running(state) && !state.splitDone && !state.held && state.approvedBeyond === undefined,
        structuredClone({ held, checkpoint, progressAt: held.since }),
      ),
    async markHoldTold(jobId) {
      const { state } = entry(jobId);
      if (!running(state) || !state.held) return;
      const { untold, ...held } = state.held;
      state.held = held;
    },
    async approveJob(jobId, attempt, progressAt) {
      const found = entry(jobId);
      const { held, ...state } = found.state;
      if (!running(state) || state.attempt !== attempt || !held) return false;
      found.state = { ...state, approvedBeyond: held.limit, progressAt };
      return true;
    },
    async writeOffChunk({ jobId, chunk: number, attempt }, reason, progressAt) {
      const { chunks, state } = entry(jobId);
      const chunk = chunks.get(number);
      if (chunk?.status !== 'open' || chunk.attempt !== attempt || !running(state)) return false;
      const rows = chunk.reference.rowCount;
      Object.assign(chunk, { status: 'failed', reason, rowsScored: 0, rowsFailed: rows });
      state.chunksFailed++;
      return ifState(jobId, running, {
        progressAt,
        remaining: state.remaining - 1,
        rowsFailed: state.rowsFailed + rows,
      });
    },
    failJob: async (jobId, reason, endedAt) => ifState(jobId, running, { status: 'failed', reason, endedAt }),
    cancelJob: async (jobId, attempt, reason, endedAt) =>
      ifState(jobId, (state) => running(state) && state.attempt === attempt, {
        status: 'cancelled',
        reason,
        endedAt,
      }),
    async reopenJob(jobId, attempt, progressAt) {
      const found = entry(jobId);
      if (running(found.state) || found.state.attempt !== attempt - 1) return false;
      const { reason, endedAt, comparison, ...state } = found.state;
      found.state = { ...state, status: 'running', attempt, reopening: true, progressAt };
      found.announced = false;
      return true;
    },
    async reopenChunk(jobId, number, attempt, progressAt) {
      const { chunks, state } = entry(jobId);
      const chunk = chunks.get(number);
      if (chunk?.status !== 'failed' || chunk.attempt >= attempt) return false;
      if (!running(state) || state.attempt !== attempt || !state.reopening) return false;
      const { reason, lastError, rowsScored, rowsFailed, ...kept } = chunk;
      chunks.set(number, { ...kept, status: 'open', attempt });
      state.chunksFailed--;
      return ifState(jobId, running, {
        progressAt,
        remaining: state.remaining + 1,
        rowsFailed: state.rowsFailed - chunk.reference.rowCount,
      });
    },
    async endReopening(jobId, attempt, progressAt) {
      const found = entry(jobId);
      const { reopening, ...state } = found.state;
      if (!running(state) || state.attempt !== attempt || !reopening) return false;
      found.state = { ...state, progressAt };
      return true;
    },
    async endJob(summary, endedAt) {
      const { jobId, attempt, status, reason } = summary;
      const comparison = summary.comparison && figuresOf(summary.comparison);
      const change = { status, endedAt, ...(reason && { reason }), ...(comparison && { comparison }) };
      const ended = ifState(jobId, (state) => isAccountedFor(state) && state.attempt === attempt, change);
      if (ended) entry(jobId).summary = structuredClone(summary);
      return ended;
    },
    async markAnnounced(jobId, attempt) {
      const found = entry(jobId);
      if (!running(found.state) && found.state.attempt === attempt) found.announced = true;
    },
    async touch(jobId, progressAt) {
      if (!entry(jobId).announced) entry(jobId).state.progressAt = progressAt;
    },
  };

  /** The predictor's transaction, with the conditions of `end_chunk` in `dynamodb_ledger.py`. */
  const endChunk = ({ jobId, chunk: number, attempt }: ChunkKey, report: ChunkReport, progressAt: string) => {
    const { chunks, state } = entry(jobId);
    const chunk = chunks.get(number);
    if (chunk?.status !== 'open' || chunk.attempt !== attempt || !running(state)) return false;
    Object.assign(chunk, { status: 'done', ...report });
    return ifState(jobId, running, {
      progressAt,
      remaining: state.remaining - 1,
      rowsScored: state.rowsScored + report.rowsScored,
      rowsFailed: state.rowsFailed + report.rowsFailed,
    });
  };

  /** Ends a chunk as the attempt that holds it open would. */
  const scoreChunk = (jobId: string, number: number, rowsFailed = 0): boolean => {
    const { state, chunks } = entry(jobId);
    const chunk = chunks.get(number);
    if (!chunk) return false;
    return endChunk(
      chunk,
      { rowsScored: chunk.reference.rowCount - rowsFailed, rowsFailed },
      state.progressAt,
    );
  };

  return { ledger, endChunk, scoreChunk, entries };
}
