import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { IntakeMessage } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { CANCELLED, onlyWaitsForApproval } from '../../../core/job.ts';
import { giveUp } from '../../../functions/dead-letter/dead-letter.ts';
import { fanOut } from '../../../functions/fan-out/fan-out.ts';
import { MODEL, NOW } from '../factories.ts';
import { arrayFile } from '../joblib-file.ts';
import { memoryRuns } from '../memory-runs.ts';
import { aWorld, drop, idOf, KEY, rows } from './fan-out-world.ts';

const APPROVE: IntakeMessage = { type: 'approve', jobId: idOf(), attempt: 1 };

/** A world whose jobs are held at so many rows; chunks have two. */
function aLimitedWorld(file: string | Buffer, maxRowsPerJob: number, key = KEY) {
  const world = aWorld({ [key]: file });
  world.dependencies.settings.maxRowsPerJob = maxRowsPerJob;
  const id = idOf(key);
  const view = async () => (await world.ledger.readJob(id)) ?? expect.unreachable('no job');
  const state = async () => (await view()).state;
  return { ...world, id, view, state };
}

async function aHeldJob() {
  const world = aLimitedWorld(rows(9), 5);
  await fanOut(drop(), world.dependencies);
  return world;
}

describe('a job with more rows than its limit', () => {
  it.each([
    ['plain', KEY, rows(9)],
    ['compressed', `${KEY}.gz`, gzipSync(rows(9))],
    ['in one piece', KEY, rows(9)],
  ])('is held before the first chunk that goes beyond it: %s', async (how, key, file) => {
    const world = aLimitedWorld(file, 5, key);
    const { objects, dependencies } = world;
    if (how === 'in one piece')
      dependencies.read = async function* ({ key: of }, from, to) {
        yield (objects.get(of) ?? Buffer.alloc(0)).subarray(from, to);
      };
    await fanOut(drop(key), dependencies);
    expect(world.sent.map(({ chunk }) => chunk)).toEqual([0, 1]);
    expect(world.entries.get(world.id)?.chunks.size).toBe(2);
    const { job, state } = await world.view();
    expect(job.settings.maxRowsPerJob).toBe(5);
    expect(state).toMatchObject({
      status: 'running',
      splitDone: false,
      checkpoint: { row: 4, chunk: 2 },
      held: { rows: 4, limit: 5, since: NOW, untold: true },
    });
    parseContract('job', job);
    parseContract('job-state', state);
    expect(world.continued).toEqual([]);
  });

  it.each([
    [4, 4],
    [5, 6],
  ])('is not held with %i rows at %i', async (count, limit) => {
    const world = aLimitedWorld(rows(count), limit);
    await fanOut(drop(), world.dependencies);
    expect(await world.state()).toMatchObject({ splitDone: true, rowsTotal: count });
    expect(await world.state()).not.toHaveProperty('held');
  });

  it('is held before its first row where its source tells how many it has', async () => {
    const key = `incoming/${MODEL.name}/features.joblib`;
    const world = aLimitedWorld(arrayFile([[1], [2], [3], [4], [5]]), 4, key);
    await fanOut(drop(key), world.dependencies);
    expect(world.sent).toEqual([]);
    expect((await world.state()).held).toMatchObject({ rows: 0, limit: 4, rowsTotal: 5 });
    await fanOut({ ...APPROVE, jobId: world.id }, world.dependencies);
    expect(world.sent.map(({ reference }) => reference.firstRow)).toEqual([0, 2, 4]);
  });

  it('keeps the limit that it was opened with', async () => {
    const world = await aHeldJob();
    world.dependencies.settings.maxRowsPerJob = 1000;
    await fanOut({ type: 'continue', jobId: world.id }, world.dependencies);
    expect((await world.state()).held).toBeDefined();
  });

  it.each<IntakeMessage>([drop(), { type: 'continue', jobId: idOf() }, { ...APPROVE, attempt: 2 }])(
    'stays held, and is not read, whatever message comes: %j',
    async (message) => {
      const world = await aHeldJob();
      world.dependencies.read = () => expect.unreachable('read');
      const before = await world.state();
      await fanOut(message, world.dependencies);
      expect(await world.state()).toEqual(before);
      expect(world.sent).toHaveLength(2);
    },
  );

  it('only waits for its approval when its chunks have ended and its event is sent', async () => {
    const world = await aHeldJob();
    await world.ledger.markHoldTold(world.id);
    world.scoreChunk(world.id, 0);
    expect(onlyWaitsForApproval(await world.state())).toBe(false);
    world.scoreChunk(world.id, 1);
    expect(onlyWaitsForApproval(await world.state())).toBe(true);
  });
});

describe('an approval', () => {
  it('lets the job go on to its end, for good', async () => {
    const world = await aHeldJob();
    await fanOut(APPROVE, world.dependencies);
    expect(world.sent.map(({ chunk }) => chunk)).toEqual([0, 1, 2, 3, 4]);
    const state = await world.state();
    expect(state).toMatchObject({ splitDone: true, rowsTotal: 9, chunksTotal: 5, approvedBeyond: 5 });
    expect(state).not.toHaveProperty('held');
    parseContract('job-state', state);
    await fanOut(APPROVE, world.dependencies);
    expect(await world.state()).toEqual(state);
  });

  it('goes on where a delivery of it was killed, whatever message comes next', async () => {
    for (const step of ['approveJob', 'putChunk', 'advance', 'finishSplit'] as const) {
      const world = await aHeldJob();
      const real = world.ledger[step] as (...args: unknown[]) => Promise<unknown>;
      const killed = async (...args: unknown[]) => {
        await real(...args);
        throw new Error('killed');
      };
      const broken = { ...world.dependencies, ledger: { ...world.ledger, [step]: killed } };
      await expect(fanOut(APPROVE, broken)).rejects.toThrow('killed');
      await fanOut({ type: 'continue', jobId: world.id }, world.dependencies);
      expect(await world.state(), step).toMatchObject({ splitDone: true, rowsTotal: 9, remaining: 5 });
    }
  });

  it('is not undone by a splitter that does not know of it', async () => {
    const world = aLimitedWorld(rows(9), 5);
    const holdSplit: typeof world.ledger.holdSplit = async (...hold) => {
      await world.ledger.holdSplit(...hold);
      await fanOut(APPROVE, world.dependencies);
      return world.ledger.holdSplit(...hold);
    };
    await fanOut(drop(), { ...world.dependencies, ledger: { ...world.ledger, holdSplit } });
    expect(await world.state()).toMatchObject({ splitDone: true, rowsTotal: 9, remaining: 5 });
    expect(await world.state()).not.toHaveProperty('held');
  });

  it('survives the attempt, and a hold does too', async () => {
    const world = await aHeldJob();
    const retry = async (attempt: number) => {
      await world.ledger.cancelJob(world.id, attempt - 1, CANCELLED, NOW);
      await fanOut({ type: 'retry', jobId: world.id, attempt }, world.dependencies);
      return world.state();
    };
    expect(await retry(2)).toMatchObject({ status: 'running', held: { rows: 4 } });
    const killed = async () => Promise.reject(new Error('killed'));
    const broken = { ...world.dependencies, sendChunks: killed };
    await expect(fanOut({ ...APPROVE, attempt: 2 }, broken)).rejects.toThrow('killed');
    expect(await retry(3)).toMatchObject({ splitDone: true, approvedBeyond: 5, rowsTotal: 9 });
  });
});

describe('dead letters of a held job', () => {
  const giveUpOn = (message: IntakeMessage, { dependencies, ledger }: Awaited<ReturnType<typeof aHeldJob>>) =>
    giveUp(
      { id: 'm', queue: 'dead', body: JSON.stringify(message) },
      {
        ...dependencies,
        ledger,
        runs: memoryRuns().runs,
        setAside: async () => undefined,
        wroteOff: () => undefined,
      },
    );

  it('leave it held', async () => {
    const world = await aHeldJob();
    await giveUpOn({ type: 'continue', jobId: world.id }, world);
    expect(await world.state()).toMatchObject({ status: 'running', held: { rows: 4 } });
  });

  it('fail it where they are its approval, which counts for a retry', async () => {
    const world = await aHeldJob();
    await giveUpOn(APPROVE, world);
    const { status, reason, approvedBeyond } = await world.state();
    expect([status, reason?.code, approvedBeyond]).toEqual(['failed', 'intake_failed', 5]);
  });
});
