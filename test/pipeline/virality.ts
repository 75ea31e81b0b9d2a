import { expect } from 'vitest';
import type { LocalStack } from '../../local/local-stack.ts';
import { commandLine } from './command-line.ts';

/** Publishes the sample model that takes texts and has tiers. @returns its version. */
export async function publishVirality(stack: LocalStack): Promise<number> {
  const { code, stdout, stderr } = await commandLine(stack)(
    ...['model', 'publish', '.dropscore/sample-data/virality/bundle.joblib', 'virality'],
    ...['--sample', 'sample-data/virality.csv', '--id-column', 'post_id'],
    ...[
      '--code',
      'sample-data/virality_features',
      '--tiers',
      'low:0,medium:0.4,high:0.6,viral:0.8',
      '--json',
    ],
  );
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout).version;
}
