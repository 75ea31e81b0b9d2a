import type { RuntimeSettings, Settings } from './settings.ts';

/**
 * One write thread keeps one BatchWriteItem of 25 items in flight. At about 50 ms a call with the by-record index that is
 * 500 write units a second, measured generously, so that the table is not overrun while it still grows.
 */
const WRITE_UNITS_PER_THREAD = 500;

/** Without score items nothing but Lambda's account limit holds predictors back. */
const CONCURRENCY_WITHOUT_ROWS = 50;

/** The least that Lambda accepts for an SQS event source. */
const LEAST_CONCURRENCY = 2;

/**
 * How many chunks of a runtime are scored at the same time: the `MaximumConcurrency` of its event source, never reserved
 * concurrency, which turns throttling into burnt receives.
 *
 *     floor(writeUnitsPerSecond / (writeThreads × 500)), 2 at least
 */
export function maximumConcurrency(settings: Settings, runtime: RuntimeSettings): number {
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
