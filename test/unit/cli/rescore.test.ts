import { describe, expect, it } from 'vitest';
import type { JobsComparison } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { recordedRun } from '../../../core/rescore/run.ts';
import { NOW } from '../factories.ts';
import { aPast, REQUEST, RUN_ID } from '../functions/rescore-world.ts';
import { runCommand, type World } from './run-command.ts';

const SCHEDULES = {
  nightly: {
    when: 'cron(0 2 * * ? *)',
    timeZone: 'UTC',
    enabled: true,
    request: { ...REQUEST, schedule: 'nightly' },
  },
};

/** A stack with two past jobs of version 1 and one of version 2, all three in place. */
async function aStack() {
  const past = await aPast([
    { file: 'a.csv', rows: 1_000_000 },
    { file: 'b.csv' },
    { file: 'c.csv', version: 2 },
  ]);
  const sent: unknown[] = [];
  const world: World = { ...past, sent, newest: 'v1', schedules: SCHEDULES };
  /** What the rescore function does first. */
  world.onSent = () => {
    const message = sent.at(-1) as { runId: string; request?: typeof REQUEST; type: string };
    parseContract('rescore-message', message);
    if (message.request) void past.runs.openRun(recordedRun(message.runId, message.request, NOW));
    else void past.runs.endRun(message.runId, 'cancelled', undefined, NOW);
  };
  return { world, sent, runs: past.runs };
}

describe('rescore start', () => {
  it('says first what there is to do, and starts a run', async () => {
    const { world, sent } = await aStack();
    const { stdout, stderr, exitCode } = await runCommand(
      ['rescore', 'start', 'tumours', '--since', '2026-11-01', '--prefix', 'incoming/'],
      world,
    );
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(
      /2 sources to score with tumours@2: 1,000,000 rows, and 1 source whose rows are not known; left alone: 1 scored by this version/,
    );
    expect(stderr).toMatch(/about \$1\.27 \(DynamoDB \$1\.25, Lambda \$0\.015\), at the prices of us-east-1/);
    expect(sent).toMatchObject([
      { type: 'begin', request: { modelName: 'tumours', version: 2, since: '2026-11-01T00:00:00.000Z' } },
    ]);
    expect(stdout).toMatch(/^run +cli@1970.*\nstatus +waiting for its turn/);
  });

  it('only counts with --dry-run, and starts nothing where there is nothing to do', async () => {
    const { world, sent } = await aStack();
    const dry = await runCommand(['rescore', 'start', 'tumours', '--to', '1', '--dry-run'], world);
    expect(dry.stderr).toMatch(/1 source to score with tumours@1/);
    const all = ['rescore', 'start', 'tumours', '--dry-run', '--json'];
    const { cost, usage } = JSON.parse((await runCommand(all, world)).stdout);
    expect(usage).toMatchObject({ rowWriteUnits: 1_000_000, indexWriteUnits: 1_000_000, s3Puts: 52 });
    expect(cost.total).toBeCloseTo(1.265, 3);
    const none = await runCommand(['rescore', 'start', 'tumours', '--prefix', 'elsewhere/'], world);
    expect(none.stderr).toMatch(/0 sources to score/);
    expect(sent).toEqual([]);
  });

  it.each([
    [['tumour'], /Did you mean tumours/],
    [['tumours@2'], /given by --to/],
    [['tumours', '--to', '9'], /no version 9/],
  ])('refuses %j', async (args, message) => {
    const { world } = await aStack();
    const { stderr, exitCode } = await runCommand(['rescore', 'start', ...args], world);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('a run', () => {
  it('is listed, shown, watched and cancelled', async () => {
    const { world, runs } = await aStack();
    await runs.openRun(recordedRun(RUN_ID, REQUEST, NOW));
    expect((await runCommand(['rescore', 'list'], world)).stdout).toMatch(
      /nightly@2026-11-21T02:00:00Z +waiting/,
    );
    expect((await runCommand(['rescore', 'list', '-m', 'other'], world)).stderr).toMatch(/no runs/);
    const waiting = await runCommand(['rescore', 'show', RUN_ID, '--json'], world);
    expect(JSON.parse(waiting.stdout)).toMatchObject({ runId: RUN_ID, status: 'waiting' });
    const cancelled = await runCommand(['rescore', 'cancel', RUN_ID], world);
    expect([cancelled.exitCode, cancelled.stderr]).toEqual([
      0,
      expect.stringMatching(/cancelled; it had asked/),
    ]);
    expect((await runCommand(['rescore', 'watch', RUN_ID], world)).exitCode).toBe(1);
    const missing = await runCommand(['rescore', 'show', 'nobody@1'], world);
    expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringMatching(/no run nobody@1/)]);
  });

  it('tells which sources are gone, and exits with 3', async () => {
    const { world, runs } = await aStack();
    const gone = [{ bucket: 'input', key: 'incoming/tumours/x.csv', versionId: 'v7' }];
    const run = recordedRun(RUN_ID, REQUEST, NOW);
    const ended = {
      ...run,
      status: 'completed_with_failures' as const,
      gone: 3,
      goneSources: gone,
      endedAt: NOW,
    };
    await runs.openRun(ended);
    const { stdout, exitCode } = await runCommand(['rescore', 'show', RUN_ID], world);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/3 gone for good[\s\S]*x\.csv \(version v7\)\n +and 2 more/);
  });
});

describe('a run that has ended', () => {
  const moved = { jobId: 'b'.repeat(24), row: 7, before: 0.1, after: 0.9 };
  const comparison: JobsComparison = {
    ...{ jobs: 2, rowsInCommon: 40, rowsOnlyBefore: 1, rowsOnlyAfter: 0, psi: 0.25 },
    tiers: {
      changed: 10,
      cells: [
        { before: 'low', after: 'low', rows: 30 },
        { before: 'low', after: 'high', rows: 10 },
      ],
    },
    moved: [moved],
    shifted: [{ jobId: 'b'.repeat(24), figures: { jobId: 'a'.repeat(24), rowsInCommon: 20, psi: 0.5 } }],
  };

  /** Whose one job has scores. */
  const anEndedRun = async () => {
    const stack = await aStack();
    const { runs } = stack;
    await runs.openRun({ ...recordedRun(RUN_ID, REQUEST, NOW), status: 'running', version: 2, listed: true });
    const listed = (await runs.readRun(RUN_ID)) ?? expect.unreachable();
    await runs.beginSummary(listed, NOW);
    await runs.completeRun(listed, { runId: RUN_ID, uncompared: 1, comparison }, undefined, NOW);
    return stack;
  };

  it('tells what changed', async () => {
    const { world } = await anEndedRun();
    const { stdout, stderr, exitCode } = await runCommand(['rescore', 'show', RUN_ID], world);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(
      /changed +40 rows in common, PSI 0.25, 25 % in another tier; 1 job without a comparison/,
    );
    expect(stdout).toMatch(/compared +2 jobs\nrows +40 in common, 1 only before/);
    expect(stdout).toMatch(/TIER BEFORE[\s\S]*\nlow +10 +30/);
    expect(stdout).toMatch(/b{24} +7 +0\.1 +0\.9 +\+0\.8/);
    expect(stdout).toMatch(/SHIFTED MOST[\s\S]*b{24} +a{24} +20 +0\.5/);
    const json = await runCommand(['rescore', 'show', RUN_ID, '--json'], world);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...{ status: 'completed', comparison: { jobs: 2, psi: 0.25 } },
      summary: { uncompared: 1, comparison },
    });
  });
});

describe('a schedule', () => {
  it('is listed, paused and resumed', async () => {
    const { world, runs } = await aStack();
    const state = async () => (await runCommand(['schedule', 'list'], world)).stdout;
    expect(await state()).toMatch(/nightly +on +tumours +cron/);
    await runCommand(['schedule', 'pause', 'nightly'], world);
    expect(await runs.isPaused('nightly')).toBe(true);
    expect(await state()).toMatch(/nightly +paused/);
    await runCommand(['schedule', 'resume', 'nightly'], world);
    expect(await state()).toMatch(/nightly +on/);
    const { stderr, exitCode } = await runCommand(['schedule', 'pause', 'nightli'], world);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/Did you mean nightly/)]);
  });

  it('is run by name, also while it is paused', async () => {
    const { world, sent, runs } = await aStack();
    await runs.setPaused('nightly', true, NOW);
    const { exitCode, stderr } = await runCommand(['schedule', 'run', 'nightly'], world);
    expect(exitCode, stderr).toBe(0);
    expect(sent).toEqual([{ type: 'begin', runId: 'nightly@1970-01-01T00:00:00.000Z', request: REQUEST }]);
  });
});
