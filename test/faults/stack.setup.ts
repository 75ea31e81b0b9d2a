import type { TestProject } from 'vitest/node';
import { startFaultedStack } from './faulted-stack.ts';

/** Deliveries of a message until it is a dead letter. */
export const MAX_RECEIVES = 4;
export const RETENTION_DAYS = 30;
/** More than any other test drops. */
export const MAX_ROWS_PER_JOB = 1_000;

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the functions look for AWS: a test file starts its proxy there. */
    proxyPort: number;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stack, proxyPort, stop } = await startFaultedStack({
    stackName: 'Faults',
    scoresRetentionDays: RETENTION_DAYS,
    maxRowsPerJob: MAX_ROWS_PER_JOB,
    queues: { visibilityFactor: 1, maxReceives: MAX_RECEIVES },
    watchdog: { staleMinutes: 0 },
  });
  project.provide('stack', stack);
  project.provide('proxyPort', proxyPort);
  return stop;
}
