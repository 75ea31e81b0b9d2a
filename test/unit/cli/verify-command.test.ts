import { expect, it } from 'vitest';
import { runCommand } from './run-command.ts';
import { aScore, aVerifyWorld, job } from './verify-world.ts';

const ARGV = ['job', 'verify', job.jobId];

it('shows what was compared, and exits 0 where everything agrees', async () => {
  const { stdout, stderr, exitCode } = await runCommand(ARGV, await aVerifyWorld());
  expect(stdout).toBe(
    [
      'COMPARED                       COUNT  FINDINGS',
      'rows of the source, recounted      5         0',
      'chunks of the ledger               3         0',
      'score items                        3         0',
      'rows of result files               3         0',
      'counters of the job                6         0',
      'summary                            1         0',
      '_SUCCESS                           1         0',
      'status of the job                  1         0',
      '',
    ].join('\n'),
  );
  expect(stderr).toContain('everything agrees');
  expect(exitCode).toBe(0);
});

it('names what differs, and exits 1', async () => {
  const world = await aVerifyWorld();
  world.scores.splice(0, 1);
  const { stdout, exitCode } = await runCommand(ARGV, world);
  expect(stdout).toMatch(/score items +2 +1\n/);
  expect(stdout.trimEnd().split('\n').slice(-3)).toEqual([
    'row 0, chunk 0: item missing',
    'chunk 0: chunk rowsScored differs: ledger 1, items 0',
    'chunk 0: chunk statistics.count differs: ledger 1, items 0',
  ]);
  expect(exitCode).toBe(1);
});

it('shows 100 findings, and counts the rest', async () => {
  const world = await aVerifyWorld();
  for (let again = 0; again < 120; again++) world.scores.splice(1, 0, aScore(0, { prediction: 1 }));
  const { stdout } = await runCommand(ARGV, world);
  expect(stdout.match(/item unexpected/g)).toHaveLength(100);
  expect(stdout).toMatch(/^… and 20 more$/m);
  const json = JSON.parse((await runCommand([...ARGV, '--json'], world)).stdout);
  expect(json).toMatchObject({ jobId: job.jobId, holds: false, findingsTotal: 120, notes: [] });
  expect(json.findings).toHaveLength(100);
  expect(json.findings[0]).toEqual({ about: 'item', kind: 'unexpected', chunk: 0, row: 0 });
});

it('does not let a value reach the terminal as it is', async () => {
  const world = await aVerifyWorld();
  Object.assign(world.scores[0] ?? {}, { recordId: '\u001b[2J'.padEnd(300, 'x') });
  const { stdout } = await runCommand(ARGV, world);
  expect(stdout).not.toContain('\u001b');
  expect(stdout).toMatch(/file id differs: item .{79,81}, file P0\n/u);
});

it('refuses a job that has not ended', async () => {
  const world = await aVerifyWorld();
  world.view.state.status = 'running';
  const { stderr, exitCode } = await runCommand(ARGV, world);
  expect(stderr).toMatch(/has not ended.*job watch/s);
  expect(exitCode).toBe(1);
});

it('says nothing of a job that a retry began to change meanwhile', async () => {
  const world = await aVerifyWorld();
  const { view } = world;
  world.results.get = () => {
    world.view = { ...view, state: { ...view.state, attempt: 2 } };
    return undefined;
  };
  const { stdout, stderr, exitCode } = await runCommand(ARGV, world);
  expect([stdout, exitCode]).toEqual(['', 1]);
  expect(stderr).toContain('has not ended');
});

it('does not know every job', async () => {
  const { exitCode, stderr } = await runCommand(['job', 'verify', '0'.repeat(24)], await aVerifyWorld());
  expect(stderr).toContain('There is no job');
  expect(exitCode).toBe(1);
});
