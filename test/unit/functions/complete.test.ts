import { describe, expect, it } from 'vitest';
import type {
  HoldEvent,
  JobEvent,
  JobSummary,
  RescoreEvent,
  StartMessage,
} from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { CANCELLED, openedState } from '../../../core/job.ts';
import { shadowRequest } from '../../../core/shadow.ts';
import { isExceeded } from '../../../core/tolerance.ts';
import { complete } from '../../../functions/complete/complete.ts';
import { aChunk, aJob, MODEL, NOW } from '../factories.ts';
import { memoryLedger } from '../memory-ledger.ts';
import { memoryRuns } from '../memory-runs.ts';

const JOB = aJob();

/** A job whose split has ended, with chunks of two rows each. */
async function aSplitJob(chunks: number, job = JOB) {
  const memory = memoryLedger();
  await memory.ledger.openJob(job, openedState(job));
  for (let chunk = 0; chunk < chunks; chunk++) {
    const reference = { ...aChunk().reference, firstRow: chunk * 2 };
    await memory.ledger.putChunk(aChunk({ jobId: job.jobId, chunk, reference }));
  }
  const checkpoint = { byte: 100, row: chunks * 2, line: 9, chunk: chunks };
  await memory.ledger.finishSplit(job.jobId, { rowsTotal: chunks * 2, chunksTotal: chunks, checkpoint }, NOW);

  const announced: { name: string; event: JobEvent | HoldEvent | RescoreEvent }[] = [];
  const successes: JobSummary[] = [];
  const successKeys: string[] = [];
  const started: StartMessage[] = [];
  const { runs } = memoryRuns(memory.entries);
  const dependencies = {
    ledger: memory.ledger,
    runs,
    resultsBucket: 'results',
    writeSuccess: async (key: string, summary: JobSummary) => {
      successKeys.push(key);
      successes.push(summary);
    },
    sendStart: async (message: StartMessage) => void started.push(message),
    announce: async (name: string, event: JobEvent | HoldEvent | RescoreEvent) =>
      void announced.push({ name, event }),
    sendRescore: async () => {},
    now: () => NOW,
  };
  const stateOf = async () => (await memory.ledger.readJob(job.jobId))?.state ?? expect.unreachable('no job');
  /** What the stream does: each change of the state is seen until it settles. */
  const settle = async () => {
    for (let before = ''; before !== JSON.stringify(await stateOf()); ) {
      before = JSON.stringify(await stateOf());
      await complete(await stateOf(), dependencies);
    }
    return stateOf();
  };
  return { ...memory, runs, dependencies, announced, successes, successKeys, started, settle, stateOf };
}

describe('complete', () => {
  it('ends a job once every chunk is accounted for, with the summary before the state', async () => {
    const world = await aSplitJob(2);
    world.scoreChunk(JOB.jobId, 0);
    expect((await world.settle()).status).toBe('running');
    world.scoreChunk(JOB.jobId, 1);
    expect(await world.settle()).toMatchObject({ status: 'completed', endedAt: NOW });
    const summary = await world.ledger.readSummary(JOB.jobId);
    expect(summary).toMatchObject({ rowsTotal: 4, rowsScored: 4, rowsFailed: 0, status: 'completed' });
    expect(summary?.results).toBe(`s3://results/results/tumours/${JOB.jobId}/`);
    expect(world.successes).toEqual([summary]);
    parseContract('job-summary', summary);
  });

  it('tells what the job used, as its chunks count it', async () => {
    const world = await aSplitJob(2);
    const usage = {
      ...{ rowWriteUnits: 2, indexWriteUnits: 2, readUnits: 4, s3Puts: 1, s3Gets: 2 },
      memoryMiB: 1024,
    };
    for (const chunk of [0, 1]) {
      Object.assign(world.entries.get(JOB.jobId)?.chunks.get(chunk) ?? {}, { usage, ms: 500 });
      world.scoreChunk(JOB.jobId, chunk);
    }
    await world.settle();
    const summary = await world.ledger.readSummary(JOB.jobId);
    expect(summary?.usage).toMatchObject({ rowWriteUnits: 4, indexWriteUnits: 4, events: 1 });
    expect(summary?.usage?.lambdaGbSeconds).toBeGreaterThan(1);
    parseContract('job-summary', summary);
  });

  it('says completed_with_errors where a row failed', async () => {
    const world = await aSplitJob(1);
    world.scoreChunk(JOB.jobId, 0, 1);
    expect(await world.settle()).toMatchObject({
      status: 'completed_with_errors',
      rowsScored: 1,
      rowsFailed: 1,
    });
  });

  it('says failed where no chunk could be scored, and writes no _SUCCESS', async () => {
    const world = await aSplitJob(2);
    for (const chunk of [0, 1]) {
      await world.ledger.writeOffChunk(
        { jobId: JOB.jobId, chunk, attempt: 1 },
        { code: 'chunk_failed', message: 'Crashed.' },
        NOW,
      );
    }
    expect(await world.settle()).toMatchObject({ status: 'failed', reason: { code: 'all_chunks_failed' } });
    expect(world.successes).toEqual([]);
    expect(world.announced.map(({ name }) => name)).toEqual(['Job Failed']);
  });

  describe('a job that tolerates a share of errors', () => {
    /** Chunks of two rows with so many errors each, that end in an order; a predictor that sees too many stops the job. */
    async function endOf(share: number, errors: readonly number[], order = [...errors.keys()]) {
      const job = aJob({ settings: { ...JOB.settings, toleratedErrors: share } });
      const world = await aSplitJob(errors.length, job);
      for (const chunk of order) {
        const { rowsFailed, rowsTotal = 0, toleratedErrors } = await world.stateOf();
        if (isExceeded({ rowsFailed, rowsTotal }, toleratedErrors)) {
          await world.ledger.failJob(JOB.jobId, { code: 'too_many_errors', message: 'Stopped.' }, NOW);
        }
        if (!world.scoreChunk(JOB.jobId, chunk, errors[chunk])) continue;
        const kind = { code: 'not_a_number', column: 'radius', rows: errors[chunk] };
        Object.assign(world.entries.get(JOB.jobId)?.chunks.get(chunk) ?? {}, {
          errorCounts: [kind, { code: 'too_few_fields', rows: 1 }],
        });
        await world.settle();
      }
      return { ...world, state: await world.settle() };
    }

    it('fails where more rows failed, naming both numbers and the most frequent error, and writes no _SUCCESS', async () => {
      const { state, successes, ledger } = await endOf(0.5, [2, 1]);
      parseContract('job-state', state);
      expect(state).toMatchObject({ status: 'failed', reason: { code: 'too_many_errors' } });
      expect(state.reason?.message).toContain(
        "3 of 4 rows failed, more than the tolerated share of 0.5; most often not_a_number in column 'radius' (3)",
      );
      expect(await ledger.readSummary(JOB.jobId)).toMatchObject({
        status: 'failed',
        rowsScored: 1,
        rowsFailed: 3,
      });
      expect(successes).toEqual([]);
    });

    it.each([
      [0.5, [1, 1]],
      [0.75, [2, 1]],
      [1, [2, 2]],
      [0, [0, 0]],
    ])('of %f does not fail with %j errors in chunks of two rows', async (share, errors) => {
      expect((await endOf(share, errors)).state.status).toMatch(/^completed/);
    });

    it.each([0, 0.25, 0.5, 0.75])('of %f ends alike in every order of its chunks', async (share) => {
      const errors = [2, 0, 1];
      const orders = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
      ];
      const ends = await Promise.all(
        orders.map(async (order) => {
          const { status, reason } = (await endOf(share, errors, order)).state;
          return `${status} ${reason?.code}`;
        }),
      );
      const expected = share < 0.5 ? 'failed too_many_errors' : 'completed_with_errors undefined';
      expect(new Set(ends)).toEqual(new Set([expected]));
    });

    it('says so also where every chunk was written off', async () => {
      const world = await aSplitJob(1, aJob({ settings: { ...JOB.settings, toleratedErrors: 0.5 } }));
      const chunk = { jobId: JOB.jobId, chunk: 0, attempt: 1 };
      await world.ledger.writeOffChunk(chunk, { code: 'chunk_failed', message: 'Crashed.' }, NOW);
      const { reason } = await world.settle();
      expect(reason?.code).toBe('too_many_errors');
      expect(reason?.message).toContain('2 of 2 rows failed');
      expect(reason?.message).toContain('their chunks were written off');
    });
  });

  it('adds error counts up over chunks, and sums up the kinds it has no room for', async () => {
    const world = await aSplitJob(2);
    const kinds = (from: number) =>
      Array.from({ length: 200 }, (_, i) => ({
        code: 'not_a_number',
        column: `c${from + i}`,
        rows: 1,
        line: 9,
      }));
    for (const chunk of [0, 1]) {
      world.scoreChunk(JOB.jobId, chunk, 1);
      const written = world.entries.get(JOB.jobId)?.chunks.get(chunk);
      Object.assign(written ?? {}, {
        errorCounts: [{ code: 'too_few_fields', rows: 3, line: 5 + chunk }, ...kinds(chunk * 200)],
      });
    }
    await world.settle();
    const { errorCounts = [] } = (await world.ledger.readSummary(JOB.jobId)) ?? {};
    expect(errorCounts[0]).toEqual({ code: 'too_few_fields', rows: 6, line: 5 });
    expect(errorCounts.at(-1)).toEqual({ code: 'other', rows: 101 });
    expect(errorCounts.reduce((sum, { rows }) => sum + rows, 0)).toBe(406);
  });

  it('merges what changed over the chunks, and announces its headline', async () => {
    const renews = 'a0b1c2d3e4f5061728394a5b';
    const world = await aSplitJob(2, aJob({ renews }));
    const change = { jobId: renews, rowsOnlyBefore: 0, rowsOnlyAfter: 0 };
    const tiers = (changed: number) => ({ changed, cells: [] });
    const chunks = [
      { ...change, rowsInCommon: 2, tiers: tiers(1) },
      {
        ...change,
        rowsInCommon: 1,
        tiers: tiers(0),
        unavailable: [{ code: 'scores_gone' as const, rows: 1 }],
      },
    ];
    for (const [chunk, comparison] of chunks.entries()) {
      Object.assign(world.entries.get(JOB.jobId)?.chunks.get(chunk) ?? {}, { comparison });
      world.scoreChunk(JOB.jobId, chunk);
    }
    const state = await world.settle();
    const summary = await world.ledger.readSummary(JOB.jobId);
    parseContract('job-summary', summary);
    expect(summary?.comparison).toEqual({
      ...{ ...change, rowsInCommon: 3, tiers: tiers(1) },
      unavailable: [{ code: 'scores_gone', rows: 1 }],
    });
    const headline = { jobId: renews, rowsInCommon: 3, rowsUnavailable: 1, tierChangedShare: 1 / 3 };
    expect(state.comparison).toEqual(headline);
    expect(world.announced.map(({ event }) => event)).toMatchObject([{ comparison: headline }]);
  });

  describe('a job with a shadow', () => {
    const FIRST = aJob({ shadow: 5 });
    const shadow = shadowRequest(FIRST) ?? expect.unreachable();

    it('asks for it with its scores, however often its end is told, behind its own event', async () => {
      const world = await aSplitJob(1, FIRST);
      expect(world.started).toEqual([]);
      world.scoreChunk(FIRST.jobId, 0, 1);
      const ended = await world.settle();
      await complete(ended, world.dependencies);
      expect(ended.status).toBe('completed_with_errors');
      expect(world.announced.map(({ name }) => name)).toEqual(['Job Completed', 'Job Completed']);
      expect(world.started).toEqual([shadow.message, shadow.message]);
      expect(shadow.message).toMatchObject({ version: 5, renews: FIRST.jobId, shadowOf: MODEL.version });
    });

    it('stays unannounced until it could ask', async () => {
      const world = await aSplitJob(1, FIRST);
      world.scoreChunk(FIRST.jobId, 0);
      await complete(await world.stateOf(), world.dependencies);
      const ended = await world.stateOf();
      const sendStart = async () => Promise.reject(new Error('throttled'));
      await expect(complete(ended, { ...world.dependencies, sendStart })).rejects.toThrow('throttled');
      expect(world.announced).toHaveLength(1);
      expect(world.entries.get(FIRST.jobId)?.announced).toBe(false);
      await world.settle();
      expect(world.started).toEqual([shadow.message]);
      expect(world.entries.get(FIRST.jobId)?.announced).toBe(true);
    });

    it.each(['failed', 'cancelled'])('asks for none where it is %s', async (status) => {
      const world = await aSplitJob(1, FIRST);
      if (status === 'failed') await world.ledger.failJob(FIRST.jobId, CANCELLED, NOW);
      else await world.ledger.cancelJob(FIRST.jobId, 1, CANCELLED, NOW);
      expect((await world.settle()).status).toBe(status);
      expect(world.started).toEqual([]);
    });
  });

  it.each([
    ['Shadow Completed', 0],
    ['Shadow Failed', 1],
  ])('announces a shadow job as %s, and what it wrote apart', async (name, writtenOff) => {
    const world = await aSplitJob(1, aJob({ shadowOf: 1, renews: 'f'.repeat(24) }));
    const chunk = { jobId: JOB.jobId, chunk: 0, attempt: 1 };
    if (writtenOff)
      await world.ledger.writeOffChunk(chunk, { code: 'chunk_failed', message: 'Crashed.' }, NOW);
    else world.scoreChunk(JOB.jobId, 0);
    await world.settle();
    expect(world.announced.map((told) => told.name)).toEqual([name]);
    parseContract('job-event', world.announced[0]?.event);
    const place = `shadow/tumours/${JOB.jobId}/`;
    expect(world.announced[0]?.event).toMatchObject({
      shadowOf: 1,
      ...(!writtenOff && { results: `s3://results/${place}` }),
    });
    expect(world.successKeys).toEqual(writtenOff ? [] : [`${place}_SUCCESS`]);
    expect(world.started).toEqual([]);
  });

  it('case 6: completes a job without rows, and notes that', async () => {
    const world = await aSplitJob(0);
    expect((await world.settle()).status).toBe('completed');
    expect((await world.ledger.readSummary(JOB.jobId))?.notes.join()).toMatch(/no rows/);
  });

  it('announces the terminal state, with the same event id on every delivery', async () => {
    const world = await aSplitJob(1);
    world.scoreChunk(JOB.jobId, 0);
    const ended = await world.settle();
    await complete(ended, world.dependencies);
    expect(new Set(world.announced.map(({ event }) => event.eventId))).toEqual(new Set([`${JOB.jobId}#1`]));
    for (const { name, event } of world.announced) {
      expect(name).toBe('Job Completed');
      parseContract('job-event', event);
    }
    expect(world.entries.get(JOB.jobId)?.announced).toBe(true);
  });

  it('tells the same of an attempt when the next one has ended', async () => {
    const world = await aSplitJob(1);
    world.scoreChunk(JOB.jobId, 0);
    const ended = await world.settle();
    await world.ledger.reopenJob(JOB.jobId, 2, NOW);
    await world.ledger.endReopening(JOB.jobId, 2, NOW);
    await world.settle();
    expect(await world.ledger.readSummary(JOB.jobId)).toMatchObject({ attempt: 2 });
    const [first] = world.announced;
    await complete(ended, world.dependencies);
    expect(world.announced.at(-1)).toEqual(first);
  });

  it('leaves a job alone that was cancelled while it was summed up', async () => {
    const world = await aSplitJob(1);
    world.scoreChunk(JOB.jobId, 0);
    const writeSuccess = async () => void (await world.ledger.cancelJob(JOB.jobId, 1, CANCELLED, NOW));
    await complete(await world.stateOf(), { ...world.dependencies, writeSuccess });
    expect((await world.stateOf()).status).toBe('cancelled');
    expect(await world.ledger.readSummary(JOB.jobId)).toBeUndefined();
  });

  it('announces a hold until that is taken, the same whatever was scored since', async () => {
    const memory = await aSplitJob(0);
    const job = aJob({ jobId: 'f'.repeat(24) });
    await memory.ledger.openJob(job, openedState(job));
    const held = { rows: 4, limit: 5, since: NOW, untold: true as const };
    await memory.ledger.holdSplit(job.jobId, held, { byte: 9, row: 4, line: 6, chunk: 2 });
    const state = async () => (await memory.ledger.readJob(job.jobId))?.state ?? expect.unreachable();
    const asHeld = await state();
    await complete(asHeld, memory.dependencies);
    expect((await state()).held).not.toHaveProperty('untold');
    await complete(await state(), memory.dependencies);
    await memory.ledger.approveJob(job.jobId, 1, NOW);
    await complete({ ...asHeld, rowsScored: 2, remaining: -1 }, memory.dependencies);
    const [first, second, ...more] = memory.announced;
    parseContract('hold-event', first?.event);
    const { untold, ...told } = held;
    expect(first).toMatchObject({ name: 'Job Held', event: { eventId: `${job.jobId}#held`, ...told } });
    expect([second, more]).toEqual([first, []]);
    expect(await state()).toMatchObject({ approvedBeyond: 5, status: 'running' });
  });

  it('keeps a job unannounced while the bus does not take its event', async () => {
    const world = await aSplitJob(1);
    world.scoreChunk(JOB.jobId, 0);
    const announce = async () => {
      throw new Error('throttled');
    };
    await complete(await world.stateOf(), world.dependencies);
    const ended = await world.stateOf();
    await expect(complete(ended, { ...world.dependencies, announce })).rejects.toThrow('throttled');
    expect(world.entries.get(JOB.jobId)?.announced).toBe(false);
  });
});
