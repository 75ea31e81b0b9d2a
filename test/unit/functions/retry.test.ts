import { describe, expect, it } from 'vitest';
import type { IntakeMessage } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { CANCELLED } from '../../../core/job.ts';
import { fanOut } from '../../../functions/fan-out/fan-out.ts';
import { aSummary, NOW } from '../factories.ts';
import { aWorld, drop, idOf, KEY, rows } from './fan-out-world.ts';

const ID = idOf();
const CRASHED = { code: 'chunk_failed' as const, message: 'Crashed.' };
const RETRY: IntakeMessage = { type: 'retry', jobId: ID, attempt: 2 };

const killed = async () => Promise.reject(new Error('killed'));

/** A job of three chunks, of which the first was scored, the others written off, and which has ended. */
async function aFailedJob() {
  const world = aWorld({ [KEY]: rows(5) });
  await fanOut(drop(), world.dependencies);
  world.scoreChunk(ID, 0);
  for (const chunk of [1, 2])
    await world.ledger.writeOffChunk({ jobId: ID, chunk, attempt: 1 }, CRASHED, NOW);
  await world.ledger.endJob(aSummary({ jobId: ID, status: 'completed_with_errors' }), NOW);
  world.sent.length = 0;
  const state = async () => (await world.ledger.readJob(ID))?.state;
  return { ...world, state };
}

describe('a retry', () => {
  it('opens and sends the failed chunks alone, and takes them out of the counters', async () => {
    const { dependencies, sent, state } = await aFailedJob();
    expect(await state()).toMatchObject({ status: 'completed_with_errors', rowsScored: 2, rowsFailed: 3 });
    await fanOut(RETRY, dependencies);
    expect(sent.map(({ chunk, attempt }) => [chunk, attempt])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    for (const message of sent) parseContract('chunk-message', message);
    const expected = {
      status: 'running',
      attempt: 2,
      remaining: 2,
      rowsScored: 2,
      rowsFailed: 0,
      chunksFailed: 0,
    };
    expect(await state()).toMatchObject(expected);
    expect(await state()).not.toHaveProperty('reopening');
    parseContract('job-state', await state());
  });

  it('case 38: asked for twice is one', async () => {
    const { dependencies, sent, state } = await aFailedJob();
    await fanOut(RETRY, dependencies);
    const before = await state();
    await fanOut(RETRY, dependencies);
    expect(await state()).toEqual(before);
    expect(sent).toHaveLength(2);
  });

  it('of a running job, or of an attempt that is not the next, changes nothing', async () => {
    const { dependencies, state } = await aFailedJob();
    const before = await state();
    await fanOut({ ...RETRY, attempt: 3 }, dependencies);
    expect(await state()).toEqual(before);
    const running = aWorld({ [KEY]: rows(5) });
    await fanOut(drop(), running.dependencies);
    await fanOut(RETRY, running.dependencies);
    expect((await running.ledger.readJob(ID))?.state).toMatchObject({ attempt: 1 });
  });

  it('goes on where it was killed, whatever message comes next', async () => {
    const steps = ['reopenJob', 'reopenChunk', 'endReopening', 'sendChunks'] as const;
    const next: IntakeMessage[] = [RETRY, { type: 'continue', jobId: ID }];
    for (const step of steps)
      for (const message of next) {
        const { ledger, dependencies, state } = await aFailedJob();
        const broken =
          step === 'sendChunks'
            ? { ...dependencies, sendChunks: killed }
            : { ...dependencies, ledger: { ...ledger, [step]: killed } };
        await expect(fanOut(RETRY, broken)).rejects.toThrow('killed');
        if (step === 'reopenJob') await fanOut(RETRY, dependencies);
        await fanOut(message, dependencies);
        expect(await state(), `${step}, ${message.type}`).toMatchObject({
          status: 'running',
          attempt: 2,
          remaining: 2,
          rowsFailed: 0,
          chunksFailed: 0,
        });
        expect(await state()).not.toHaveProperty('reopening');
      }
  });

  it('goes on with the split where the delivery that reopened the job was killed in it', async () => {
    const world = aWorld({ [KEY]: rows(5) });
    await fanOut(drop(), { ...world.dependencies, sendChunks: killed }).catch(() => undefined);
    await world.ledger.cancelJob(ID, 1, CANCELLED, NOW);
    const broken = { ...world.dependencies, ledger: { ...world.ledger, finishSplit: killed } };
    await expect(fanOut(RETRY, broken)).rejects.toThrow('killed');
    await fanOut(RETRY, world.dependencies);
    const { state } = (await world.ledger.readJob(ID)) ?? {};
    expect(state).toMatchObject({ attempt: 2, splitDone: true, remaining: 3 });
  });

  it('of a job that failed in mid-split goes on splitting', async () => {
    const world = aWorld({ [KEY]: rows(60) });
    world.dependencies.timeLeft = () => (world.sent.length === 10 ? 0 : 60_000);
    await fanOut(drop(), world.dependencies);
    await world.ledger.failJob(ID, CRASHED, NOW);
    world.sent.length = 0;
    world.dependencies.timeLeft = () => 60_000;
    await fanOut(RETRY, world.dependencies);
    expect(new Set(world.sent.map(({ chunk }) => chunk)).size).toBe(30);
    const { state } = (await world.ledger.readJob(ID)) ?? {};
    expect(state).toMatchObject({ status: 'running', splitDone: true, rowsTotal: 60, remaining: 30 });
  });
});

describe('a cancelled job', () => {
  it('case 29: is split no further, and ends once', async () => {
    const world = aWorld({ [KEY]: rows(60) });
    world.dependencies.timeLeft = () => (world.sent.length === 10 ? 0 : 60_000);
    await fanOut(drop(), world.dependencies);
    const cancel: IntakeMessage = { type: 'cancel', jobId: ID, attempt: 1 };
    await fanOut(cancel, world.dependencies);
    await fanOut({ type: 'continue', jobId: ID }, world.dependencies);
    expect(world.sent).toHaveLength(10);
    const view = await world.ledger.readJob(ID);
    expect(view?.state).toMatchObject({ status: 'cancelled', reason: CANCELLED, splitDone: false });
    await fanOut(cancel, world.dependencies);
    expect(await world.ledger.readJob(ID)).toEqual(view);
  });

  it('keeps the end that it had', async () => {
    const { dependencies, state } = await aFailedJob();
    const before = await state();
    await fanOut({ type: 'cancel', jobId: ID, attempt: 1 }, dependencies);
    expect(await state()).toEqual(before);
  });
});
