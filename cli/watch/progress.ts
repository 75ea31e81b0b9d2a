import type { JobState } from '../../contracts/generated/types.ts';
import { isTerminal } from '../../core/job.ts';

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

const WINDOW_MS = 30_000;

/**
 * Rows per second over the last half minute. Rows arrive a chunk at a time, so a shorter window would jump; a
 * mean since the start would tell of a cold start long after it.
 */
export class RateWindow {
  readonly #samples: { at: number; rows: number }[] = [];

  /** @param at milliseconds of a clock that only goes forward. */
  add(at: number, rows: number): void {
    this.#samples.push({ at, rows });
    while ((this.#samples[1]?.at ?? at) <= at - WINDOW_MS) this.#samples.shift();
  }

  get rowsPerSecond(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.at === first.at || last.rows === first.rows) return undefined;
    return ((last.rows - first.rows) / (last.at - first.at)) * 1000;
  }
}
