import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { faultedPipeline, ROWS } from './faulted-pipeline.ts';
import {
  afterDoing,
  delayed,
  heldUntil,
  killed,
  meeting,
  noticed,
  rejecting,
  serverError,
  winnerKilled,
} from './faults.ts';
import { expectInvariants } from './invariants.ts';
import {
  endsChunk,
  endsJob,
  movesCheckpoint,
  opensJob,
  putsChunk,
  putsResult,
  readsState,
  reopensJob,
  sendsChunks,
  sendsContinue,
  setsTotal,
  splitsSource,
  writesItems,
} from './points.ts';
import type { Fault, Injected } from './proxy.ts';

const { parts, job, publish } = faultedPipeline();

describe.concurrent('fan-out', () => {
  it.each([
    ['before the job is open', opensJob, 'before', 2],
    ['after the job is open', opensJob, 'after', 1],
    ['before a chunk is put', { ...putsChunk, after: 4 }, 'before', 1],
    ['after a chunk is put', { ...putsChunk, after: 4 }, 'after', 1],
    ['before chunks are sent', sendsChunks, 'before', 1],
    ['after chunks are sent', sendsChunks, 'after', 1],
    ['before the checkpoint', movesCheckpoint, 'before', 1],
    ['after the checkpoint', movesCheckpoint, 'after', 1],
    ['before the total', setsTotal, 'before', 1],
    ['after the total', setsTotal, 'after', 1],
  ] as const)(
    'case 7: killed %s, with a promotion in between, the same job goes on',
    async (what, point, when, version) => {
      const model = what.replaceAll(' ', '-');
      // Twelve chunks, which are two steps.
      await publish(model, { chunkRows: 20 });
      const faulted = await job('source.csv', { model });
      faulted.fault(
        point,
        killed(when, () => publish(model, { version: 2, chunkRows: 30 })),
      );
      await faulted.start();
      const { job: pinned, state } = await faulted.expectWhole();
      expect([pinned.model?.version, state.chunksTotal]).toEqual([version, version === 1 ? 12 : 8]);
    },
  );

  it('case 8: at its time limit it goes on from the checkpoint by a message to itself', async () => {
    const faulted = await job('late.csv');
    // It stops with 20 of its 30 seconds left. Its message comes again meanwhile, and is late as well.
    const slow = faulted.fault(
      { ...splitsSource('late.csv'), times: Number.POSITIVE_INFINITY },
      delayed(11_000),
    );
    const goesOn = async () => slow.remove();
    faulted.fault(sendsContinue, afterDoing(goesOn));
    await faulted.start();
    await faulted.expectWhole();
  });

  it('case 9: of a batch that the queue takes in part, only the rejected entries are sent again', async () => {
    const faulted = await job('rejected.csv');
    faulted.fault(sendsChunks, rejecting(1, 3));
    const again = faulted.fault(sendsChunks, noticed);
    await faulted.start();
    await faulted.expectWhole();
    const { Entries } = JSON.parse(String(again.met[0]?.body));
    const chunks = Entries.map(({ MessageBody }: { MessageBody: string }) => JSON.parse(MessageBody).chunk);
    expect(chunks).toEqual([1, 3]);
  });

  it('case 10: of two that split the same source, the one ahead dies, and there is one result', async () => {
    await publish('twins', { chunkRows: 20 });
    const faulted = await job('source.csv', { model: 'twins' });
    faulted.fault({ ...opensJob, times: 2 }, meeting(2));
    faulted.fault({ ...movesCheckpoint, times: 2 }, winnerKilled(2));
    await faulted.start({ times: 2 });
    await faulted.expectWhole();
  });
});

describe.concurrent('a predictor', () => {
  it('case 13: the same chunk delivered to two at once is counted once', async () => {
    const faulted = await job('at-once.csv');
    faulted.fault({ ...endsChunk(), times: 2 }, meeting(2));
    await faulted.start();
    await faulted.sendAgain(0);
    await faulted.expectWhole();
  });

  it.each([
    ['before its writes', writesItems(), 'before'],
    ['between its writes', writesItems(), 'after'],
    ['before its result file', putsResult(), 'before'],
    ['before the ledger', endsChunk(), 'before'],
    ['after the ledger but before the delete', endsChunk(), 'after'],
  ] as const)(
    'case 14: killed %s, its chunk is delivered again, with the same result',
    async (what, point, when) => {
      const faulted = await job(`killed ${what}.csv`.replaceAll(' ', '-'));
      faulted.fault(point, killed(when));
      await faulted.start();
      await faulted.expectWhole();
    },
  );

  it('case 15: a chunk that takes longer than the visibility timeout is counted once', async () => {
    const faulted = await job('slow.csv');
    const late: Fault = (...request) => heldUntil(again.allMet)(...request);
    faulted.fault(endsChunk(), late);
    const again = faulted.fault(endsChunk(), noticed);
    // Another chunk is still open then, so that the job has not ended when the late one counts.
    const last: Fault = (...request) => heldUntil(again.allMet.then(() => sleep(500)))(...request);
    faulted.fault({ ...endsChunk(3), times: Number.POSITIVE_INFINITY }, last);
    await faulted.start();
    await faulted.expectWhole();
  });

  it('case 17: a chunk that crashes the interpreter every time is written off, and a retry scores just that', async () => {
    const faulted = await job('crashing.csv');
    const crash = faulted.fault({ ...putsResult(2), times: Number.POSITIVE_INFINITY }, killed('before'));
    await faulted.start();
    const { state } = await faulted.ended();
    expect(crash.met.length).toBeGreaterThanOrEqual(4);
    expect(state).toMatchObject({ status: 'completed_with_errors', chunksFailed: 1, rowsFailed: 60 });
    await expectInvariants(parts.pipeline, parts.events, faulted.id, ROWS);

    crash.remove();
    const again = faulted.fault({ on: 'S3.PutObject', times: Number.POSITIVE_INFINITY }, noticed);
    await faulted.ask({ type: 'retry', attempt: 2 });
    await parts.pipeline.until(
      faulted.id,
      ({ state }) => state.attempt === 2 && state.status === 'completed',
    );
    expect(again.met.filter(({ url }) => url.includes('part-')).map(({ url }) => url.slice(-12))).toEqual([
      '00002.csv.gz',
    ]);
    await expectInvariants(parts.pipeline, parts.events, faulted.id, ROWS);
  });

  it('case 40: a late copy with a transient error behind it changes nothing of a chunk that is done', async () => {
    const faulted = await job('late-copy.csv');
    const { pipeline } = parts;
    const late = faulted.fault(writesItems(), heldUntil(pipeline.ended(faulted.id)));
    faulted.fault(writesItems(), serverError);
    const counted = faulted.fault(endsChunk(), noticed);
    await faulted.start();
    await late.allMet;
    await faulted.sendAgain(0);
    await counted.allMet;
    let afterwards: Injected | undefined;
    const asks = async () => {
      afterwards = faulted.fault(readsState, noticed);
    };
    faulted.fault(endsChunk(), afterDoing(asks));
    await faulted.ended();
    const ended = [await pipeline.ledger.readJob(faulted.id), await pipeline.scoresOf(faulted.id, ROWS)];
    await faulted.expectWhole();
    await afterwards?.allMet;
    expect([await pipeline.ledger.readJob(faulted.id), await pipeline.scoresOf(faulted.id, ROWS)]).toEqual(
      ended,
    );
  });
});

describe.concurrent('a job', () => {
  it('case 29: cancelled while its chunks are scored, counts none of them from then on', async () => {
    const faulted = await job('cancelled.csv');
    let refused: Injected | undefined;
    const cancel = async () => {
      await faulted.ask({ type: 'cancel', attempt: 1 });
      await faulted.ended();
      refused = faulted.fault(readsState, noticed);
    };
    const held = faulted.fault(endsChunk(0), afterDoing(cancel));
    await faulted.start();
    const { state } = await faulted.ended();
    expect(state).toMatchObject({ status: 'cancelled', reason: { code: 'cancelled' } });
    await held.allMet;
    await vi.waitFor(() => expect(refused?.met).toHaveLength(1), { timeout: 20_000 });
    const { ledger } = parts.pipeline;
    const { status, rowsScored, remaining } =
      (await ledger.readJob(faulted.id))?.state ?? expect.unreachable();
    expect({ status, rowsScored, remaining }).toEqual({
      ...{ status: 'cancelled', rowsScored: state.rowsScored, remaining: state.remaining },
    });
    expect(await ledger.readChunk(faulted.id, 0)).toMatchObject({ status: 'open' });
    const events = await parts.events.of(faulted.id, 1);
    expect(events.map((event) => event.status)).toEqual(['cancelled']);
  });

  it('case 29: cancelled in the moment of its end, has the end that came first', async () => {
    const faulted = await job('cancelled-late.csv');
    const cancel = async () => {
      await faulted.ask({ type: 'cancel', attempt: 1 });
      await faulted.ended();
    };
    faulted.fault(endsJob, afterDoing(cancel));
    await faulted.start();
    const { state } = await faulted.ended();
    expect(state).toMatchObject({ status: 'cancelled', rowsScored: ROWS, remaining: 0 });
    await expectInvariants(parts.pipeline, parts.events, faulted.id, ROWS);
  });

  it('case 38: asked for its next attempt while the first is still ending, has one', async () => {
    const faulted = await job('still-ending.csv');
    const asked = faulted.fault(reopensJob, noticed);
    const retry = async () => {
      await faulted.ask({ type: 'retry', attempt: 2 });
      await asked.allMet;
    };
    faulted.fault(endsJob, afterDoing(retry));
    await faulted.start();
    const { state } = await faulted.expectWhole();
    expect(state.attempt).toBe(1);
  });
});
