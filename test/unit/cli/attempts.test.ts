import { describe, expect, it } from 'vitest';
import type { Job, JobState } from '../../../contracts/generated/types.ts';
import { openedState } from '../../../core/job.ts';
import { aJob } from '../factories.ts';
import { runCommand, type World } from './run-command.ts';

const ENDED: JobState = {
  ...openedState(aJob()),
  status: 'completed_with_errors',
  splitDone: true,
  rowsTotal: 4,
  chunksTotal: 2,
  rowsScored: 2,
  rowsFailed: 2,
  chunksFailed: 1,
};
const world = (state: Partial<JobState> = {}, changes: Partial<Job> = {}): World => ({
  view: { job: aJob(changes), state: { ...ENDED, ...state } },
  sent: [],
});
const { jobId } = aJob();

function refusedAtOnce(): World {
  const { format, ...job } = aJob();
  const reason = { code: 'not_text' as const, message: 'It is a PNG.' };
  return { view: { job, state: { ...ENDED, status: 'failed', splitDone: false, reason } }, sent: [] };
}

describe('job retry', () => {
  it('asks for the next attempt, and says so when it has begun', async () => {
    const asked = world();
    asked.onSent = () => Object.assign(asked.view?.state ?? {}, { status: 'running', attempt: 2 });
    const { exitCode, stderr } = await runCommand(['job', 'retry', jobId], asked);
    expect(asked.sent).toEqual([{ type: 'retry', jobId, attempt: 2 }]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('attempt 2 has begun: 1 chunk again');
    expect(stderr).not.toContain('held to');
  });

  it('says of a job that had too many errors what the next attempt is held to', async () => {
    const reason = { code: 'too_many_errors' as const, message: 'Too many.' };
    const settings = { ...aJob().settings, toleratedErrors: 0.05 };
    const asked = world({ status: 'failed', reason }, { settings });
    asked.onSent = () => Object.assign(asked.view?.state ?? {}, { status: 'running', attempt: 2 });
    const { stderr } = await runCommand(['job', 'retry', jobId], asked);
    expect(stderr).toMatch(
      /Attempt 2 is held to the same share of 0\.05 .* refused stay refused.*--tolerate/,
    );
  });

  it.each<[string, World, RegExp]>([
    ['a running job', world({ status: 'running' }), /is running.*job watch/s],
    ['a job without a chunk that failed', world({ chunksFailed: 0 }), /Every chunk.*errors/s],
    [
      'a job that was refused before its split',
      refusedAtOnce(),
      /before its rows were read: It is a PNG.*drop the file again/s,
    ],
  ])('refuses %s, with what to do instead', async (_, refused, message) => {
    const { exitCode, stderr } = await runCommand(['job', 'retry', jobId], refused);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(message);
    expect(refused.sent).toEqual([]);
  });
});

describe('job cancel', () => {
  it('asks for the end of a running job, and waits for it', async () => {
    const running = world({ status: 'running' });
    running.onSent = () => Object.assign(running.view?.state ?? {}, { status: 'cancelled' });
    const { exitCode, stderr } = await runCommand(['job', 'cancel', jobId], running);
    expect(running.sent).toEqual([{ type: 'cancel', jobId, attempt: 1 }]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('cancelled');
  });

  it('leaves an ended job as it is', async () => {
    const ended = world();
    const { exitCode, stderr } = await runCommand(['job', 'cancel', jobId], ended);
    expect(ended.sent).toEqual([]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('had ended before: completed with errors');
  });
});
