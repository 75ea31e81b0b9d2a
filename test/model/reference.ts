import { isDeepStrictEqual } from 'node:util';
import type { Chunk, ChunkMessage, JobState } from '../../contracts/generated/types.ts';
import { isHeld, isTerminal } from '../../core/job.ts';
import type { Entry } from '../unit/memory-ledger.ts';
import { must } from './promise.ts';

/** All for which the adversary can end a job as a whole. */
const CAUSES = new Set(['source_missing', 'artifact_corrupt', 'intake_failed', 'all_chunks_failed']);

/**
 * What a job may do, whatever the schedule. It looks at the ledger after every effect, and knows nothing of how the stages
 * work. `at-rest.ts` holds what must be so in the end.
 */
export class Reference {
  /** The terminal state of each attempt. */
  readonly ends = new Map<number, JobState>();
  /** The attempts in which somebody asked for an end. */
  readonly cancels = new Set<number>();
  /** The attempts in which somebody approved. */
  readonly approvals = new Set<number>();
  #before: Entry | undefined;

  /** @param message whose delivery had the last effect. @throws Broken where it did what no job may do. */
  observe(entry: Entry, message: Partial<ChunkMessage> | undefined): void {
    const before = this.#before;
    const now = snapshot(entry);
    this.#before = now;
    countersAddUp(now);
    limitHolds(now);
    if (before) {
      must(isDeepStrictEqual(before.job, now.job), 'what a job pinned never changes');
      attemptMoves(before, now);
      progressMoves(before.state, now.state);
      this.#holdMoves(before.state, now.state);
      for (const chunk of before.chunks.values())
        chunkMoves(chunk, now.chunks.get(chunk.chunk), { before, now, message });
    }
    if (isTerminal(now.state.status) && !this.ends.has(now.state.attempt)) this.#ends(now);
  }

  #holdMoves(was: JobState, now: JobState): void {
    const { held, approvedBeyond, attempt } = now;
    if (was.approvedBeyond !== undefined)
      must(!held && approvedBeyond === was.approvedBeyond, 'an approval is for good');
    else if (approvedBeyond !== undefined) {
      must(isHeld(was) && !held && was.held.limit === approvedBeyond, 'a held job is approved');
      must(this.approvals.has(attempt), 'a job is approved where somebody asked for it');
    } else if (was.held) {
      const toldOrNot = { untold: undefined };
      must(
        isDeepStrictEqual({ ...held, ...toldOrNot }, { ...was.held, ...toldOrNot }),
        'a hold stays until it is approved',
      );
    }
  }

  #ends({ state, chunks }: Entry): void {
    const { status, attempt, reason, splitDone, remaining, reopening } = state;
    this.ends.set(attempt, state);
    must(
      status !== 'cancelled' || this.cancels.has(attempt),
      'a job is cancelled where somebody asked for it',
    );
    if (status === 'failed') must(CAUSES.has(reason?.code ?? ''), 'a job fails for what happened to it');
    if (status === 'cancelled' || (status === 'failed' && reason?.code !== 'all_chunks_failed')) return;
    must(splitDone && remaining === 0 && !reopening, 'a job completes when everything is accounted for');
    const allFailed = chunks.size > 0 && state.chunksFailed === chunks.size;
    const told = allFailed ? 'failed' : state.rowsFailed > 0 ? 'completed_with_errors' : 'completed';
    must(status === told, 'a status tells how the rows ended');
  }
}

interface Effect {
  before: Entry;
  now: Entry;
  message: Partial<ChunkMessage> | undefined;
}

function snapshot(entry: Entry): Entry {
  const chunks = new Map([...entry.chunks].map(([number, chunk]) => [number, { ...chunk }]));
  return { ...entry, state: { ...entry.state }, chunks };
}

function limitHolds({ job, state, chunks }: Entry): void {
  const { held, approvedBeyond, splitDone } = state;
  const limit = approvedBeyond === undefined ? job.settings.maxRowsPerJob : undefined;
  const rows = [...chunks.values()].reduce((sum, { reference }) => sum + reference.rowCount, 0);
  must(limit === undefined || rows <= limit, 'nothing is put into the ledger beyond the limit');
  if (!held) return;
  must(held.limit === limit, 'a job is held by a limit that nobody has lifted');
  must(held.rows === rows && !splitDone, 'a hold tells the rows that were sent');
}

function countersAddUp({ state, chunks }: Entry): void {
  let [ended, failed, rowsScored, rowsFailed] = [0, 0, 0, 0];
  for (const chunk of chunks.values()) {
    if (chunk.status === 'open') continue;
    const { rowsScored: scored = 0, rowsFailed: rejected = 0, reference, reason } = chunk;
    must(scored + rejected === reference.rowCount, 'an ended chunk accounts for all of its rows');
    if (chunk.status === 'failed')
      must(reason && scored === 0, 'a chunk is written off whole, with a reason');
    ended += 1;
    failed += chunk.status === 'failed' ? 1 : 0;
    rowsScored += scored;
    rowsFailed += rejected;
  }
  const total = state.splitDone ? state.chunksTotal : 0;
  must(state.remaining + ended === total, 'remaining counts every ended chunk once');
  must(state.chunksFailed === failed, 'chunksFailed counts the chunks that are written off');
  must(
    state.rowsScored === rowsScored && state.rowsFailed === rowsFailed,
    'the counters are sums over chunks',
  );
}

function attemptMoves({ state: was, summary: before }: Entry, { state, summary }: Entry): void {
  const hasEnded = isTerminal(was.status);
  if (state.attempt !== was.attempt) {
    must(hasEnded && state.attempt === was.attempt + 1, 'an attempt follows the end of the one before');
    must(state.status === 'running' && state.reopening, 'an attempt begins by reopening');
  } else if (hasEnded) {
    must(isDeepStrictEqual({ ...was, progressAt: state.progressAt }, state), 'an end is the end');
  }
  if (isDeepStrictEqual(before, summary)) return;
  must(!hasEnded && summary?.attempt === state.attempt, 'a summary is of the attempt that it ends');
}

function progressMoves(was: JobState, state: JobState): void {
  must(state.checkpoint.chunk >= was.checkpoint.chunk, 'the checkpoint never goes back');
  const isSame =
    state.splitDone && state.chunksTotal === was.chunksTotal && state.rowsTotal === was.rowsTotal;
  must(!was.splitDone || isSame, 'the totals are set once');
}

function chunkMoves(was: Chunk, chunk: Chunk | undefined, { before, now, message }: Effect): void {
  const { state } = now;
  must(chunk && isDeepStrictEqual(chunk.reference, was.reference), 'a chunk keeps its rows');
  if (isDeepStrictEqual(chunk, was)) return;
  must(was.status !== 'done', 'a scored chunk stays as it is');
  must(before.state.status === 'running', 'no chunk changes after the end');
  if (was.status === 'open') {
    const { jobId, chunk: number, attempt } = message ?? {};
    const isOfMessage = jobId === was.jobId && number === was.chunk && attempt === was.attempt;
    must(isOfMessage && chunk.attempt === was.attempt, 'a chunk is ended by a message of its attempt');
    return;
  }
  must(chunk.status === 'open' && state.reopening, 'a chunk that is written off is opened by a retry alone');
  must(chunk.attempt === state.attempt && was.attempt < chunk.attempt, 'a chunk is opened once an attempt');
}
