import { describe, expect, it } from 'vitest';
import type { Job, JobState } from '../../../contracts/generated/types.ts';
import { type JobView, openedState } from '../../../core/job.ts';
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

const HELD: Partial<JobState> = {
  status: 'running',
  splitDone: false,
  checkpoint: { byte: 9, row: 4, line: 6, chunk: 2 },
  remaining: -1,
  rowsScored: 2,
  rowsFailed: 0,
  chunksFailed: 0,
  held: { rows: 4, limit: 5, since: '2026-11-20T19:00:00.000Z' },
};
const heldWorld = () => {
  const { rowsTotal, chunksTotal, ...state } = ENDED;
  return { view: { job: aJob(), state: { ...state, ...HELD } }, sent: [] } as World & { view: JobView };
};

describe('job approve', () => {
  it('asks for the approval of the attempt that is held, and waits for it', async () => {
    const held = heldWorld();
    held.onSent = () => {
      const { held: _, ...state } = held.view.state;
      held.view.state = { ...state, approvedBeyond: 5 };
    };
    const { exitCode, stderr } = await runCommand(['job', 'approve', jobId], held);
    expect(held.sent).toEqual([{ type: 'approve', jobId, attempt: 1 }]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('approved beyond 5 rows');
    expect((await runCommand(['job', 'approve', jobId], held)).exitCode).toBe(0);
    expect(held.sent).toHaveLength(1);
    expect((await runCommand(['job', 'show', jobId], held)).stdout).toMatch(/^approved +beyond 5 rows$/m);
  });

  it('says so where the job is cancelled meanwhile', async () => {
    const held = heldWorld();
    held.onSent = () => Object.assign(held.view.state, { status: 'cancelled' });
    const { exitCode, stderr } = await runCommand(['job', 'approve', jobId], held);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('is not held: cancelled');
  });

  it('has nothing to do for a job that is not held', async () => {
    const running = world({ status: 'running' });
    const { exitCode, stderr } = await runCommand(['job', 'approve', jobId], running);
    expect([exitCode, running.sent]).toEqual([1, []]);
    expect(stderr).toContain('is not held: running');
  });
});

describe('a job that is held', () => {
  const WHY = 'it has more rows than the 5 of maxRowsPerJob; the first 4 were sent to be scored';

  it.each([
    [['job', 'watch', jobId], 1],
    [['job', 'show', jobId], 0],
  ])('is told by %j, with the commands that end it', async (argv, code) => {
    const { exitCode, stdout, stderr } = await runCommand(argv, heldWorld());
    expect(exitCode).toBe(code);
    expect(stdout).toContain(`status    held: ${WHY}\n`);
    expect(stdout).toMatch(/^rows +2 of 4\+ rows, 1 of 2\+ chunks$/m);
    expect(stderr).toContain(`next: dropscore job approve ${jobId} --watch`);
    expect(stderr).toContain(`next: dropscore job cancel ${jobId}`);
  });

  it('tells both numbers where its source does', async () => {
    const held = heldWorld();
    Object.assign(held.view.state, { held: { rows: 0, limit: 5, rowsTotal: 1000, since: '' }, remaining: 0 });
    const { stdout } = await runCommand(['job', 'show', jobId], held);
    expect(stdout).toContain('its 1,000 rows are more than the 5 of maxRowsPerJob; none was sent');
    expect(stdout).not.toMatch(/^rows/m);
  });

  it('is held for programs too', async () => {
    const held = heldWorld();
    const hold = held.view.state.held;
    held.view.state.held = { ...(hold as NonNullable<typeof hold>), untold: true };
    const { stdout } = await runCommand(['job', 'watch', jobId, '--json'], held);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'held', held: hold });
    expect(JSON.parse(stdout).held).not.toHaveProperty('untold');
  });

  it('is neither verified nor retried', async () => {
    const verified = await runCommand(['job', 'verify', jobId], heldWorld());
    expect(verified.exitCode).toBe(1);
    expect(verified.stderr).toContain(`is held, and has not ended: ${WHY}`);
    expect(verified.stderr).toContain(`dropscore job approve ${jobId}`);
    const retried = await runCommand(['job', 'retry', jobId], heldWorld());
    expect(retried.exitCode).toBe(1);
    expect(retried.stderr).toMatch(/is held: attempt 1.*job approve/s);
  });

  it('is cancelled as a running one is', async () => {
    const held = heldWorld();
    held.onSent = () => Object.assign(held.view.state, { status: 'cancelled' });
    expect((await runCommand(['job', 'cancel', jobId], held)).exitCode).toBe(0);
    expect((await runCommand(['job', 'show', jobId], held)).stdout).toMatch(/^status +cancelled$/m);
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
