import { inject } from 'vitest';
import { openPipeline, type Pipeline } from './open-pipeline.ts';

export type { Pipeline } from './open-pipeline.ts';

/** The stack that the tests of this run share. */
export const thePipeline = (): Promise<Pipeline> => openPipeline(inject('stack'));
