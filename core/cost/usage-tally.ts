import type { Chunk, Job, JobState, JobSummary, Usage } from '../../contracts/generated/types.ts';
import { chunkBookkeeping, jobBookkeeping, predictorUsage } from './bookkeeping.ts';
import { addUsage, NO_USAGE, roundedUsage } from './usage.ts';

/** Adds up what a job used, while somebody else goes through its chunks. */
export class UsageTally {
  readonly #job: Job;
  #used = NO_USAGE;
  /** A release before this one scored some of it, and did not count. */
  #isUnknown = false;

  constructor(job: Job) {
    this.#job = job;
  }

  /** The same chunks, each counted as it goes by. */
  async *each(chunks: AsyncIterable<Chunk>): AsyncGenerator<Chunk> {
    for await (const chunk of chunks) {
      this.#isUnknown ||= chunk.status === 'done' && !chunk.usage;
      this.#used = addUsage(addUsage(this.#used, chunkBookkeeping(chunk, this.#job)), predictorUsage(chunk));
      yield chunk;
    }
  }

  /** @returns undefined where a part of it is not known. */
  whole(state: JobState, summary: JobSummary): Usage | undefined {
    if (this.#isUnknown) return undefined;
    return roundedUsage(addUsage(this.#used, jobBookkeeping(this.#job, state, summary)));
  }
}
