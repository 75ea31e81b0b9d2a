import { expect, test } from 'vitest';
import { openedState } from '../../../core/job.ts';
import { aChunk, aJob } from '../factories.ts';
import { runCommand } from './run-command.ts';

const job = aJob();
const reason = {
  code: 'chunk_failed' as const,
  message: 'Last seen: ConnectionRefusedError in model.py:9.',
};
const chunks = Array.from({ length: 30 }, (_, chunk) =>
  chunk % 3 === 0 ? aChunk({ chunk }) : aChunk({ chunk, status: 'failed', reason }),
);
const show = (chunksFailed: number, ...options: string[]) => {
  const state = { ...openedState(job), rowsScored: 10, chunksFailed };
  return runCommand(['job', 'show', job.jobId, ...options], { view: { job, state }, chunks });
};

test('a job that has no summary yet shows what was written off of it, up to a bound', async () => {
  const { stdout } = await show(23);
  expect(
    stdout.match(/written off: .*ConnectionRefusedError in model\.py:9\. \[chunk_failed\]/g),
  ).toHaveLength(20);
  expect(stdout).toContain('… and 3 more chunks');
  const { failedChunks } = JSON.parse((await show(2, '--json')).stdout);
  expect(failedChunks.map(({ chunk }: { chunk: number }) => chunk)).toEqual([1, 2]);
});

test('a job without any does not read its chunks', async () => {
  const { stdout } = await show(0);
  expect(stdout).not.toContain('written off');
});
