import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { faultedPipeline } from './faulted-pipeline.ts';
import {
  conflict,
  forgetful,
  hastened,
  heldUntil,
  lostAfter,
  lostBefore,
  noticed,
  serverError,
  throttled,
  unprocessed,
} from './faults.ts';
import {
  announces,
  endsChunk,
  endsJob,
  movesCheckpoint,
  opensJob,
  putsChunk,
  putsResult,
  readsState,
  sendsChunks,
  setsTotal,
  writesItems,
} from './points.ts';
import type { Fault, Rule } from './proxy.ts';
import { MAX_RECEIVES } from './stack.setup.ts';

const { job } = faultedPipeline();

const LOST = 'and the answer is lost: it is counted once, also after the tokens have expired';

const SERVICES: Record<string, [Rule, Fault][]> = {
  'DynamoDB throttles': [
    [{ ...opensJob, times: 2 }, throttled],
    [{ ...putsChunk, times: 3 }, throttled],
    [{ ...movesCheckpoint, times: 2 }, throttled],
    [{ ...setsTotal, times: 2 }, throttled],
    [{ ...readsState, times: 4 }, throttled],
    [{ ...writesItems(), times: 4 }, throttled],
    [{ ...endsChunk(), times: 4 }, throttled],
    [{ ...endsJob, times: 2 }, throttled],
  ],
  'DynamoDB leaves items unprocessed': [[{ on: 'DynamoDB.BatchWriteItem', times: 9 }, unprocessed(7)]],
  'DynamoDB has transactions that conflict': [
    [{ ...opensJob, times: 4 }, conflict],
    [{ ...endsChunk(0), times: 6 }, conflict],
    [{ ...endsChunk(1), times: 2 }, conflict],
  ],
  'DynamoDB fails': [
    [{ ...opensJob, times: 2 }, serverError],
    [{ ...putsChunk, times: 2 }, lostBefore],
    [{ ...setsTotal, times: 2 }, serverError],
    [{ ...writesItems(), times: 3 }, serverError],
    [{ ...writesItems(60), times: 3 }, lostBefore],
    [{ ...endsChunk(), times: 3 }, serverError],
    [{ ...endsJob, times: 2 }, serverError],
  ],
  'S3 throttles': [
    [{ on: 'S3.GetObject', about: 'S3-throttles.csv', times: 4 }, throttled],
    [{ ...putsResult(), times: 4 }, throttled],
    [{ on: 'S3.PutObject', when: ({ url }) => url.includes('_SUCCESS'), times: 2 }, throttled],
  ],
  'S3 fails': [
    [{ on: 'S3.GetObject', about: 'S3-fails.csv', times: 3 }, serverError],
    [{ ...putsResult(), times: 3 }, lostBefore],
  ],
  'SQS throttles': [[{ ...sendsChunks, times: 3 }, throttled]],
  'SQS fails': [[{ ...sendsChunks, times: 3 }, serverError]],
  'EventBridge throttles and fails': [
    [{ ...announces, times: 2 }, throttled],
    [{ ...announces, times: 2 }, serverError],
  ],
};

describe.concurrent('a service', () => {
  it.each(Object.entries(SERVICES))('case 18: %s', async (what, faults) => {
    const faulted = await job(`${what.replaceAll(' ', '-')}.csv`);
    for (const [rule, fault] of faults) faulted.fault(rule, fault);
    await faulted.start();
    await faulted.expectWhole();
  });

  it('case 18: DynamoDB throttles until the time of a predictor is nearly over: the chunk goes back, and is scored', async () => {
    const faulted = await job('throttled-for-long.csv');
    const throttle = faulted.fault({ ...writesItems(), times: Number.POSITIVE_INFINITY }, throttled);
    const refused = faulted.fault({ on: 'SQS.SendMessage' }, serverError);
    const goesBack = faulted.fault({ on: 'SQS.SendMessage' }, hastened);
    await faulted.start();
    await goesBack.allMet;
    expect(JSON.parse(String(goesBack.met[0]?.body)).DelaySeconds).toBeGreaterThanOrEqual(30);
    expect(goesBack.met[0]?.body).toEqual(refused.met[0]?.body);
    expect(throttle.met.length).toBeGreaterThan(5);
    throttle.remove();
    await faulted.expectWhole();
  });

  it.each<[string, Rule]>([
    ['before the job is open', opensJob],
    ['while its chunks are sent', sendsChunks],
    ['when its split has ended', setsTotal],
  ])(
    'case 18: throttling %s that outlasts the patience of fan-out, over and over, uses up no receive',
    async (what, point) => {
      const file = `${what.replaceAll(' ', '-')}-for-long.csv`;
      const faulted = await job(file);
      const throttle = faulted.fault({ ...point, times: Number.POSITIVE_INFINITY }, throttled);
      const goesBack = faulted.fault(
        { on: 'SQS.SendMessage', about: file, times: MAX_RECEIVES + 1 },
        hastened,
      );
      await faulted.start();
      await goesBack.allMet;
      for (const { body } of goesBack.met)
        expect(JSON.parse(String(body)).DelaySeconds).toBeGreaterThanOrEqual(30);
      throttle.remove();
      await faulted.expectWhole();
    },
  );

  it.each<[string, Rule]>([
    ['the job is open', opensJob],
    ['a chunk is put', putsChunk],
    ['chunks are sent', sendsChunks],
    ['the checkpoint has moved', movesCheckpoint],
    ['the total is set', setsTotal],
    ['items are written', writesItems()],
    ['the job has ended', endsJob],
    ['its event is sent', announces],
  ])(`case 19: %s ${LOST}`, async (what, point) => {
    const faulted = await job(`${what.replaceAll(' ', '-')}.csv`);
    faulted.fault(point, lostAfter);
    faulted.fault(point, point.on === 'DynamoDB.TransactWriteItems' ? forgetful : noticed);
    await faulted.start();
    await faulted.expectWhole();
  });

  it(`case 19: a chunk is counted ${LOST}`, async () => {
    const faulted = await job('counted.csv');
    faulted.fault(endsChunk(), lostAfter);
    const again = faulted.fault(endsChunk(), forgetful);
    // Another chunk is still open then, so that the job has not ended when this one counts again.
    faulted.fault(
      { ...endsChunk(3), times: Number.POSITIVE_INFINITY },
      heldUntil(again.allMet.then(() => sleep(500))),
    );
    await faulted.start();
    await faulted.expectWhole();
  });
});
