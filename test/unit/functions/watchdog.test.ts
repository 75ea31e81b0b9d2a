import { describe, expect, it } from 'vitest';
import type { ChunkMessage } from '../../../contracts/generated/types.ts';
import { openedState } from '../../../core/job.ts';
import { recordedRun } from '../../../core/rescore/run.ts';
import { watchdog } from '../../../functions/watchdog/watchdog.ts';
import { aChunk, aJob, NOW } from '../factories.ts';
import { memoryLedger } from '../memory-ledger.ts';
import { memoryRuns } from '../memory-runs.ts';
import { REQUEST, RUN_ID } from './rescore-world.ts';

const JOB = aJob();
const LATER = '2026-11-20T22:00:00.000Z';

async function aStandingJob() {
  const { ledger, scoreChunk, entries } = memoryLedger();
  await ledger.openJob(JOB, openedState(JOB));
  for (const chunk of [0, 1, 2]) await ledger.putChunk(aChunk({ chunk }));
  scoreChunk(JOB.jobId, 1);
  const continued: string[] = [];
  const { runs } = memoryRuns(entries);
  const resumed: string[] = [];
  const sent: ChunkMessage[] = [];
  const goRound = (now = LATER) =>
    watchdog({
      ledger,
      runs,
      staleMinutes: 120,
      now: () => now,
      sendContinue: async (jobId) => void continued.push(jobId),
      sendChunks: async (_, messages) => void sent.push(...messages),
      sendRescore: async (runId) => void resumed.push(runId),
    });
  return { ledger, runs, scoreChunk, entries, continued, resumed, sent, goRound };
}

const hold = async (ledger: Awaited<ReturnType<typeof aStandingJob>>['ledger']) => {
  const held = { rows: 6, limit: 7, since: NOW, untold: true as const };
  await ledger.holdSplit(JOB.jobId, held, { byte: 9, row: 6, line: 8, chunk: 3 });
};

const endSplit = (ledger: Awaited<ReturnType<typeof aStandingJob>>['ledger']) =>
  ledger.finishSplit(
    JOB.jobId,
    { rowsTotal: 6, chunksTotal: 3, checkpoint: { byte: 9, row: 6, line: 8, chunk: 3 } },
    NOW,
  );

describe('watchdog', () => {
  it('leaves a job alone that has made progress lately', async () => {
    const { goRound, sent, continued } = await aStandingJob();
    expect(await goRound('2026-11-20T19:30:00.000Z')).toMatchObject({ open: 1, held: [], resumed: [] });
    expect([sent, continued]).toEqual([[], []]);
  });

  it('continues a split that stands still, and sends its open chunks again', async () => {
    const { goRound, sent, continued } = await aStandingJob();
    expect(await goRound()).toMatchObject({ open: 1, held: [], resumed: [JOB.jobId] });
    expect(continued).toEqual([JOB.jobId]);
    expect(sent.map(({ chunk }) => chunk)).toEqual([0, 2]);
  });

  it('sends only the open chunks of a job that is split', async () => {
    const { ledger, goRound, sent, continued } = await aStandingJob();
    await endSplit(ledger);
    await goRound();
    expect([sent.map(({ chunk }) => chunk), continued]).toEqual([[0, 2], []]);
  });

  it('case 37: touches a job that only waits for its end or its event, so that the stream tells again', async () => {
    const { ledger, goRound, sent, scoreChunk, entries } = await aStandingJob();
    await endSplit(ledger);
    scoreChunk(JOB.jobId, 0);
    scoreChunk(JOB.jobId, 2);
    await goRound();
    expect(sent).toEqual([]);
    expect(entries.get(JOB.jobId)?.state.progressAt).toBe(LATER);
  });

  it('sends the open chunks of a held job, and does not continue its split', async () => {
    const { ledger, goRound, sent, continued } = await aStandingJob();
    await hold(ledger);
    expect(await goRound()).toMatchObject({ open: 1, held: [JOB.jobId], resumed: [JOB.jobId] });
    expect([sent.map(({ chunk }) => chunk), continued]).toEqual([[0, 2], []]);
  });

  it('touches a held job whose event is still to be sent, and after that leaves it alone', async () => {
    const { ledger, goRound, sent, continued, scoreChunk, entries } = await aStandingJob();
    await hold(ledger);
    scoreChunk(JOB.jobId, 0);
    scoreChunk(JOB.jobId, 2);
    await goRound();
    expect(entries.get(JOB.jobId)?.state.progressAt).toBe(LATER);
    await ledger.markHoldTold(JOB.jobId);
    const before = structuredClone(entries.get(JOB.jobId)?.state);
    expect(await goRound('2026-11-21T22:00:00.000Z')).toMatchObject({
      open: 1,
      held: [JOB.jobId],
      resumed: [],
    });
    expect([sent, continued, entries.get(JOB.jobId)?.state]).toEqual([[], [], before]);
  });

  it('waits its time again before it repeats itself', async () => {
    const { goRound } = await aStandingJob();
    await goRound();
    expect(await goRound()).toMatchObject({ open: 1, held: [], resumed: [] });
  });
});

describe('a run of the rescore function', () => {
  it('gets its message again, and a touch, when it stands still', async () => {
    const { runs, resumed, goRound } = await aStandingJob();
    await runs.openRun(recordedRun(RUN_ID, REQUEST, NOW));
    await goRound(NOW);
    expect(resumed).toEqual([]);
    expect(await goRound()).toMatchObject({ resumedRuns: [RUN_ID] });
    await goRound();
    expect(resumed).toEqual([RUN_ID]);
    await runs.endRun(RUN_ID, 'cancelled', undefined, NOW);
    await goRound();
    expect(resumed).toEqual([RUN_ID, RUN_ID]);
    expect((await runs.readRun(RUN_ID))?.progressAt).toBe(LATER);
    await runs.markRunTold(RUN_ID);
    await goRound('2026-11-21T22:00:00.000Z');
    expect(resumed).toHaveLength(2);
  });
});
