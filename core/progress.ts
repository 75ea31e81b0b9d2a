import type { JobState } from '../contracts/generated/types.ts';
import { isTerminal } from './job.ts';

/** How far a job is, as far as it is known yet. */
export interface Progress {
  rowsDone: number;
  rowsFailed: number;
  /** Rows found so far; all of them once `splitDone`. */
  rowsKnown: number;
  chunksDone: number;
  chunksKnown: number;
  splitDone: boolean;
}

export function progressOf(state: JobState): Progress {
  const rowsDone = state.rowsScored + state.rowsFailed;
  const chunksDone = (state.splitDone ? (state.chunksTotal ?? 0) : 0) - state.remaining;
  return {
    rowsDone,
    rowsFailed: state.rowsFailed,
    // A chunk can be scored before the checkpoint that counts it is written.
    rowsKnown: Math.max(state.rowsTotal ?? state.checkpoint.row, rowsDone),
    chunksDone,
    chunksKnown: Math.max(state.chunksTotal ?? state.checkpoint.chunk, chunksDone),
    splitDone: state.splitDone,
  };
}

/** Chunks that are known and not ended; the ledger's own counter is negative while the split goes on. */
export function chunksRemaining(state: JobState): number {
  if (isTerminal(state.status) && !state.splitDone) return 0;
  const { chunksKnown, chunksDone } = progressOf(state);
  return chunksKnown - chunksDone;
}
