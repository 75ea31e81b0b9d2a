import { describe, expect, test } from 'vitest';
import type { Comparison, JobState } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { openedState } from '../../../core/job.ts';
import { aJob, aSummary, MODEL } from '../factories.ts';
import { memoryLedger } from '../memory-ledger.ts';
import { runCommand, type World } from './run-command.ts';

const SET_AT = '2026-11-20T00:00:00.000Z';
const EPOCH = '1970-01-01T00:00:00.000Z';
const SHADOW = { version: 1, setAt: SET_AT };

describe('model shadow MODEL@VERSION', () => {
  test('sets the pointer, once', async () => {
    const world: World = {};
    const { stdout, exitCode } = await runCommand(['model', 'shadow', 'tumours@1'], world);
    expect(stdout).toBe('tumours@1 is in the shadow: drops are scored with tumours@2, then with it\n');
    expect(exitCode).toBe(0);
    expect(parseContract('shadow-pointer', world.shadow)).toEqual({ version: 1, setAt: EPOCH });
    world.shadow = SHADOW;
    const again = await runCommand(['model', 'shadow', 'tumours@1', '--json'], world);
    expect(JSON.parse(again.stdout)).toEqual({ model: 'tumours', current: 2, ...SHADOW });
    expect(world.shadow).toBe(SHADOW);
  });

  test.each([
    [['tumours@2'], {}, 2, 'tumours@2 is the current version'],
    [['tumours@9'], {}, 2, 'Model tumours has no version 9'],
    [['tumour@1'], {}, 2, 'Did you mean tumours?'],
    [['tumours@1', 'off'], {}, 2, 'dropscore model shadow tumours off'],
    [['tumours@1'], { contended: true }, 1, 'Someone else changed the shadow of tumours meanwhile'],
    [
      ['tumours@1'],
      { answer: { ok: false, runtime: 'classic', reason: { code: 'versions_differ', message: 'Old.' } } },
      1,
      'tumours@1 cannot be served by runtime classic: Old.',
    ],
  ] as [string[], World, number, string][])('refuses %j', async (args, world, code, words) => {
    const { stderr, exitCode } = await runCommand(['model', 'shadow', ...args], world);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(code);
    expect(world.shadow).toBeUndefined();
  });
});

test('model shadow MODEL off takes the pointer away, and says what it was', async () => {
  const world: World = { shadow: SHADOW };
  const { stdout } = await runCommand(['model', 'shadow', 'tumours', 'off'], world);
  expect(stdout).toBe('tumours@1 is no longer in the shadow\n');
  expect(parseContract('shadow-pointer', world.shadow)).toEqual({ setAt: EPOCH });
  const again = await runCommand(['model', 'shadow', 'tumours', 'off'], world);
  expect(again.stdout).toBe('tumours has no version in the shadow\n');
  expect((await runCommand(['model', 'shadow', 'tumour', 'off'], world)).exitCode).toBe(2);
});

describe('model promote', () => {
  test('takes the version out of the shadow', async () => {
    const world: World = { shadow: SHADOW };
    await runCommand(['model', 'promote', 'tumours@1'], world);
    expect(world).toMatchObject({ pointer: { version: 1 }, shadow: { setAt: EPOCH } });
    expect(world.shadow).not.toHaveProperty('version');
  });

  test('of another version leaves the shadow', async () => {
    const world: World = { shadow: SHADOW, pointer: { version: 3 } };
    await runCommand(['model', 'promote', 'tumours@2'], world);
    expect(world).toMatchObject({ pointer: { version: 2 }, shadow: SHADOW });
  });
});

test('model show and model list tell the shadow', async () => {
  const shown = await runCommand(['model', 'show', 'tumours'], { shadow: SHADOW });
  expect(shown.stdout).toMatch(/^model +tumours version 2 \(current\)$/m);
  expect(shown.stdout).toMatch(/^versions +1 \(shadow\)$/m);
  const listed = await runCommand(['model', 'list'], { shadow: SHADOW });
  expect(listed.stdout).toMatch(/^MODEL +CURRENT +SHADOW[\s\S]+^tumours +2 +1 /m);
});

describe('the evidence', () => {
  const comparison = (changes: Partial<Comparison>): Comparison => ({
    ...{ jobId: aJob().jobId, rowsInCommon: 4, rowsOnlyBefore: 0, rowsOnlyAfter: 0 },
    histograms: { edges: [0, 0.5, 1], before: [0, 2, 2, 0], after: [0, 1, 3, 0] },
    tiers: { changed: 1, cells: [{ before: 'low', after: 'high', rows: 1 }] },
    moved: [{ row: 7, before: 0.1, after: 0.9 }],
    ...changes,
  });

  async function aTrial() {
    const memory = memoryLedger();
    let jobs = 0;
    const add = async (status: JobState['status'], changes: object = {}, compared?: Comparison) => {
      const jobId = String(++jobs).padStart(24, '0');
      const job = aJob({
        jobId,
        shadowOf: 2,
        model: { ...MODEL, version: 1 },
        createdAt: SET_AT,
        ...changes,
      });
      await memory.ledger.openJob(job, { ...openedState(job), status });
      const entry = memory.entries.get(jobId);
      if (entry && compared) entry.summary = aSummary({ jobId, comparison: compared });
      return jobId;
    };
    await add('completed', {}, comparison({}));
    await add('completed', { createdAt: '2026-11-19T23:59:59.999Z' }, comparison({}));
    await add('completed', { shadowOf: 3 }, comparison({}));
    await add('completed', { model: { ...MODEL, version: 4 } }, comparison({}));
    await add('failed');
    await add('cancelled');
    await add('running');
    const last = await add(
      'completed_with_errors',
      {},
      comparison({ moved: [{ row: 1, before: 1, after: 0 }] }),
    );
    return { last, world: { ledger: memory.ledger, shadow: SHADOW } satisfies World };
  }

  test('merges what changed over the jobs of both versions since the pointer was set', async () => {
    const { world, last } = await aTrial();
    const { stdout } = await runCommand(['model', 'shadow', 'tumours', '--json', '-n', '2'], world);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ model: 'tumours', current: 2, version: 1, setAt: SET_AT });
    expect(told).toMatchObject({ completed: 2, failed: 2, running: 1 });
    expect(told.comparison).toMatchObject({ jobs: 2, rowsInCommon: 8, tiers: { changed: 2 } });
    expect(told.comparison.moved.map(({ jobId }: { jobId: string }) => jobId)).toEqual([
      last,
      '1'.padStart(24, '0'),
    ]);
    expect(told.comparison.psi).toBeGreaterThan(0);
    expect(told.jobs.map(({ jobId }: { jobId: string }) => jobId)).toEqual([last, '7'.padStart(24, '0')]);
    parseContract('jobs-comparison', told.comparison);
  });

  test('is shown to people', async () => {
    const { stdout } = await runCommand(['model', 'shadow', 'tumours'], (await aTrial()).world);
    expect(stdout).toMatch(/^current +tumours@2$/m);
    expect(stdout).toMatch(/^shadow +tumours@1, since 2026-11-20 00:00:00 UTC$/m);
    expect(stdout).toMatch(/^jobs +2 jobs with scores, 2 failed, 1 running$/m);
    expect(stdout).toMatch(/^rows +8 in common, 0 only before, 0 only after$/m);
    expect(stdout).toMatch(/^tiers +2 changed \(25 %\)$/m);
    expect(stdout).toMatch(/^TIER BEFORE \\ AFTER/m);
    expect(stdout).toMatch(/^JOB +ROW +BEFORE +AFTER +DIFFERENCE$/m);
  });

  test('is none where nothing is tried, or where it has become the current version', async () => {
    const { world } = await aTrial();
    for (const none of [{ setAt: SET_AT }, { version: 2, setAt: SET_AT }]) {
      const { stdout } = await runCommand(['model', 'shadow', 'tumours'], { ...world, shadow: none });
      expect(stdout).toBe('tumours has no version in the shadow\n');
    }
  });
});

test('job list and job show mark a shadow job, and the job that has one', async () => {
  const memory = memoryLedger();
  const first = aJob({ shadow: 3 });
  const tried = aJob({ jobId: 'f'.repeat(24), shadowOf: 2, model: { ...MODEL, version: 3 } });
  for (const job of [first, tried]) await memory.ledger.openJob(job, openedState(job));
  const listed = await runCommand(['job', 'list'], { ledger: memory.ledger });
  expect(listed.stdout).toMatch(/tumours@3 \(shadow\)/);
  expect(listed.stdout).toMatch(/tumours@2 +incoming/);
  const shown = await runCommand(['job', 'show', first.jobId], { ledger: memory.ledger });
  expect(shown.stdout).toMatch(/^shadow +version 3, when this has scores: [0-9a-f]{24}$/m);
  const apart = await runCommand(['job', 'show', tried.jobId], { ledger: memory.ledger });
  expect(apart.stdout).toMatch(/^shadow +of version 2: its scores are kept apart$/m);
});
