import type { TestProject } from 'vitest/node';
import { startFaultedStack } from './faulted-stack.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the functions look for AWS: a test file starts its proxy there. */
    proxyPort: number;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stack, proxyPort, stop } = await startFaultedStack({
    stackName: 'Faults',
    queues: { visibilityFactor: 1, maxReceives: 4 },
    watchdog: { staleMinutes: 0 },
  });
  project.provide('stack', stack);
  project.provide('proxyPort', proxyPort);
  return stop;
}
