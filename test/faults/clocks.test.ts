import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Clocks, takeClocks } from './clocks.ts';
import { faultedPipeline, ROWS } from './faulted-pipeline.ts';
import { afterDoing } from './faults.ts';
import { endsChunk, endsJob, opensJob, putsChunk, setsTotal } from './points.ts';
import { RETENTION_DAYS } from './stack.setup.ts';

const { parts, job, publish } = faultedPipeline();
const MINUTES = 60_000;

let clocks: Clocks;
beforeAll(async () => {
  clocks = await takeClocks(parts.pipeline);
});
beforeEach(() => clocks.wrongBy(0));
afterAll(() => clocks?.restore());

describe('clocks', () => {
  it('case 27: that are set back between two drops leave the order of their scores to the events, and ids to the sources', async () => {
    await publish('clocks');
    const earlier = await job('source.csv', { model: 'clocks' });
    const later = await job('source.csv', { model: 'clocks' });
    clocks.wrongBy(4 * MINUTES);
    await earlier.start({ eventTime: '2026-01-01T00:00:00.000Z' });
    const first = await earlier.expectWhole();
    clocks.wrongBy(-4 * MINUTES);
    await later.start({ eventTime: '2026-01-01T00:00:01.000Z' });
    const second = await later.expectWhole();
    expect(Date.parse(first.job.createdAt) - Date.parse(second.job.createdAt)).toBeGreaterThan(7 * MINUTES);
    const { historyOf, ledger } = parts.pipeline;
    const found = await historyOf('clocks', parts.expected[0]?.recordId ?? '');
    expect(found.map(({ jobId }) => jobId)).toEqual([later.id, earlier.id]);

    // The same event again, at what is another time by the clock, is the same job.
    await earlier.start({ eventTime: '2026-01-01T00:00:00.000Z' });
    await parts.pipeline.drained(parts.host.intakeQueue());
    expect(await ledger.readJob(earlier.id)).toEqual(first);
  });

  it.each([
    ['back', -1],
    ['forward', 1],
  ])(
    'case 27: that jump %s at every step of a job change neither its rows, nor its end, nor when its scores expire',
    async (way, sign) => {
      const faulted = await job(`jumping-${way}.csv`);
      // AWS refuses a signature that is five minutes off.
      let wrongBy = -4.5 * MINUTES * sign;
      const jump = (of: RegExp) => async () => {
        wrongBy += 1.5 * MINUTES * sign;
        clocks.wrongBy(wrongBy, of);
      };
      clocks.wrongBy(wrongBy);
      faulted.fault(opensJob, afterDoing(jump(/FanOut/)));
      faulted.fault({ ...putsChunk, after: 2 }, afterDoing(jump(/FanOut/)));
      faulted.fault(setsTotal, afterDoing(jump(/Predictor/)));
      faulted.fault(endsChunk(1), afterDoing(jump(/Predictor/)));
      faulted.fault(endsChunk(2), afterDoing(jump(/Complete/)));
      faulted.fault(endsJob, afterDoing(jump(/./)));
      await faulted.start();
      const { job: opened } = await faulted.expectWhole();
      const expiresAt = Math.floor(Date.parse(opened.createdAt) / 1000) + RETENTION_DAYS * 86_400;
      const scores = await parts.pipeline.scoresOf(faulted.id, ROWS);
      expect(new Set(scores.map((score) => score.expiresAt))).toEqual(new Set([expiresAt]));
    },
  );
});
