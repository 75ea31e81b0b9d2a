import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { down, type LocalStack, status, up } from '../../local/local-stack.ts';
import { publishModels } from '../../local/publish-models.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    stack: LocalStack;
    /** The file that the host and the functions write their logs to. */
    log: string;
  }
}

/** The built-in ones, and one that a team would declare for models it trained long ago. */
export const RUNTIMES = {
  classic: { timeoutSeconds: 30 },
  onnx: { timeoutSeconds: 30 },
  'older-sklearn': { timeoutSeconds: 30, requirements: 'test/pipeline/runtimes/older-sklearn.txt' },
};

/** Origins of pages that may call the HTTP API. */
export const PAGES = ['https://one.example', 'https://two.example'];

/**
 * One stack for all pipeline tests: the real template with the real functions, under the roles it gives them. Chunks are
 * small so that jobs have several, and redelivery is quick so that a killed worker is seen again in seconds.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stateDirectory = mkdtempSync(path.join(tmpdir(), 'dropscore-pipeline-'));
  const { stack } = await up({
    stateDirectory,
    settings: {
      stackName: 'Pipeline',
      chunkRows: 500,
      runtimes: RUNTIMES,
      functions: { fanOut: { timeoutSeconds: 30 }, deadLetter: { timeoutSeconds: 10 } },
      queues: { visibilityFactor: 1, maxReceives: 3 },
      schedules: { 'by-the-minute': { model: 'on-schedule', when: 'rate(1 minute)' } },
      rescoreOnPromotion: { 'on-promotion': { scope: 'changed' } },
      // As often as the fuzz run asks.
      api: { rate: 1000, burst: 1000, corsOrigins: PAGES },
    },
  });
  await publishModels(stack, '.dropscore/sample-data/models');
  project.provide('stack', stack);
  project.provide('log', status({ stateDirectory }).log);
  return async () => {
    await down({ stateDirectory });
    rmSync(stateDirectory, { recursive: true, force: true });
  };
}
