import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { isTerminal } from '../core/job.ts';
import { incomingKey, jobId } from '../core/keys.ts';
import type { OwnStack } from './own-stack.ts';
import { type Sample, writeSource } from './sources.ts';
import { until } from './until.ts';
import { cpuSeconds, cpuSecondsOfEnded, workersOf } from './workers.ts';

/** What came of sources that were dropped at the same time. */
export interface Scored {
  jobIds: string[];
  /** From the beginning of the first upload to the last job's end. */
  seconds: number;
  /** Of each function's workers, and of the host. */
  cpuSeconds: Map<string, number>;
}

/**
 * Drops so many sources of so many rows, and waits for their scores.
 *
 * @throws where a row is not scored.
 */
export async function score(own: OwnStack, sample: Sample, rows: number, jobs = 1): Promise<Scored> {
  const file = path.join(own.folder, 'source.csv');
  await writeSource(file, sample, rows);
  const [objects, ledger] = await Promise.all([own.connection.objects(), own.connection.ledger()]);

  const before = cpuByName(own);
  const started = Date.now();
  const jobIds: string[] = [];
  for (let job = 0; job < jobs; job++) {
    const source = await objects.drop(file, incomingKey(sample.model, `${randomUUID()}.csv`), () => {});
    jobIds.push(jobId(source, sample.model));
  }
  let ended = started;
  for (const id of jobIds) {
    const { state } = await until(ledger, id, ({ status }) => isTerminal(status));
    if (state.rowsScored !== rows)
      throw new Error(`Job ${id} is ${state.status}, with ${state.rowsScored} of ${rows} rows scored.`);
    ended = Math.max(ended, Date.parse(state.endedAt ?? ''));
  }
  const after = cpuByName(own);
  rmSync(file);
  return { jobIds, seconds: (ended - started) / 1000, cpuSeconds: plus(after, before, -1) };
}

/** Has every predictor that the machine has room for load its libraries and the model: it takes them longer than a job of one row. */
export const warmUp = (own: OwnStack, sample: Sample): Promise<Scored> =>
  score(own, sample, 1, 4 * cpus().length);

/** @param times how often the second is added. */
export function plus(
  first: ReadonlyMap<string, number>,
  second: ReadonlyMap<string, number>,
  times = 1,
): Map<string, number> {
  const sum = new Map(first);
  for (const [name, seconds] of second) sum.set(name, (sum.get(name) ?? 0) + times * seconds);
  return sum;
}

/** A worker that ends in between would take its seconds with it: their sum is right for all functions together. */
function cpuByName({ stack }: OwnStack): Map<string, number> {
  const seconds = new Map([['workers that have ended', cpuSecondsOfEnded(stack.pid)]]);
  for (const { name, pid } of workersOf(stack)) seconds.set(name, (seconds.get(name) ?? 0) + cpuSeconds(pid));
  return seconds;
}
