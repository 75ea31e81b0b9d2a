import type { Settings } from './settings.ts';

/**
 * What one write thread does where a batch of 25 items takes 50 ms, the slowest that was measured (`bench/settings`). Where
 * batches are faster, predictors ask for more than the table has, and wait: that costs a hundredth of the items' price. Counting
 * with a faster batch would leave most of the table unused on a slow day.
 */
const WRITE_UNITS_PER_THREAD = 500;

/** Without score items: five fan-outs, each at the pace of one stream of S3, feed some 35 (`bench/settings`). */
const CONCURRENCY_WITHOUT_ROWS = 50;

/** The least that Lambda accepts for an SQS event source. */
const LEAST_CONCURRENCY = 2;

/**
 * How many chunks of a runtime are scored at the same time: the `MaximumConcurrency` of its event source, never reserved
 * concurrency, which turns throttling into burnt receives.
 *
 *     floor(writeUnitsPerSecond / (writeThreads × 500)), 2 at least
 */
export function maximumConcurrency(
  settings: { output: string; writeUnitsPerSecond: number; writeThreads: number },
  runtime: { maximumConcurrency?: number | undefined },
): number {
  if (runtime.maximumConcurrency) return runtime.maximumConcurrency;
  if (settings.output === 'files') return CONCURRENCY_WITHOUT_ROWS;
  const predictors = Math.floor(
    settings.writeUnitsPerSecond / (settings.writeThreads * WRITE_UNITS_PER_THREAD),
  );
  return Math.min(1000, Math.max(LEAST_CONCURRENCY, predictors));
}

/** Seconds that a message stays hidden from other consumers after a delivery. */
export function visibilitySeconds(settings: Settings, timeoutSeconds: number): number {
  return settings.queues.visibilityFactor * timeoutSeconds;
}
