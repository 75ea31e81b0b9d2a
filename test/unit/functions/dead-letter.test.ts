import { describe, expect, it } from 'vitest';
import { parseContract } from '../../../contracts/validate.ts';
import { chunkMessage } from '../../../core/chunk-message.ts';
import { openedState } from '../../../core/job.ts';
import { recordedRun } from '../../../core/rescore/run.ts';
import { unpackMessage } from '../../../core/unpack-message.ts';
import { type DeadLetter, giveUp } from '../../../functions/dead-letter/dead-letter.ts';
import { aChunk, aJob, NOW, SOURCE } from '../factories.ts';
import { memoryLedger } from '../memory-ledger.ts';
import { memoryRuns } from '../memory-runs.ts';
import { REQUEST, RUN_ID } from './rescore-world.ts';

const JOB = aJob();

async function aWorld({ opened = true, describable = true } = {}) {
  const { ledger, scoreChunk, entries } = memoryLedger();
  if (opened) {
    await ledger.openJob(JOB, openedState(JOB));
    await ledger.putChunk(aChunk());
  }
  const { runs } = memoryRuns(entries);
  const setAside: DeadLetter[] = [];
  const writtenOff: number[] = [];
  const lose = (body: unknown) =>
    giveUp(
      { id: 'm1', queue: 'dead', body: typeof body === 'string' ? body : JSON.stringify(body) },
      {
        ledger,
        runs,
        settings: {
          inputBucket: SOURCE.bucket,
          chunkRows: 2,
          chunkBytes: 10,
          maxRecordBytes: 10,
          output: 'both',
        },
        now: () => NOW,
        describe: async () => {
          if (!describable) throw new Error('403');
          return { object: SOURCE, bytes: 1, lastModified: NOW };
        },
        setAside: async (message) => void setAside.push(message),
        wroteOff: ({ chunk }) => void writtenOff.push(chunk),
      },
    );
  const stateOf = async () => (await ledger.readJob(JOB.jobId))?.state;
  return { ledger, runs, scoreChunk, entries, setAside, writtenOff, lose, stateOf };
}

describe('giveUp', () => {
  it('writes a chunk off: its rows count as failed, once', async () => {
    const { lose, stateOf, ledger, writtenOff } = await aWorld();
    await lose(chunkMessage(JOB, aChunk()));
    await lose(chunkMessage(JOB, aChunk()));
    expect(writtenOff).toEqual([0]);
    expect(await stateOf()).toMatchObject({ remaining: -1, chunksFailed: 1, rowsFailed: 2, rowsScored: 0 });
    expect(await ledger.readChunk(JOB.jobId, 0)).toMatchObject({
      status: 'failed',
      reason: { code: 'chunk_failed', message: expect.stringMatching(/crashed .* left no trace/) },
    });
  });

  it('names the last error that was seen of a chunk, and where', async () => {
    const { lose, ledger, entries } = await aWorld();
    const where = ['own_code.py:57', 'score.py:41'];
    const lastError = { error: 'MemoryError', where, at: NOW, receives: 5 };
    entries.get(JOB.jobId)?.chunks.set(0, aChunk({ lastError }));
    await lose(chunkMessage(JOB, aChunk()));
    const written = (await ledger.readChunk(JOB.jobId, 0)) ?? expect.unreachable();
    parseContract('chunk', written);
    expect(written.reason?.message).toContain(
      `last seen: MemoryError in score.py:41, on delivery 5 at ${NOW}.`,
    );
  });

  it('leaves a chunk alone that was scored after all', async () => {
    const { lose, stateOf, scoreChunk } = await aWorld();
    scoreChunk(JOB.jobId, 0);
    await lose(chunkMessage(JOB, aChunk()));
    expect(await stateOf()).toMatchObject({ remaining: -1, chunksFailed: 0, rowsFailed: 0, rowsScored: 2 });
  });

  it('fails the job of a split that was given up', async () => {
    const { lose, stateOf } = await aWorld();
    await lose({ type: 'continue', jobId: JOB.jobId });
    expect(await stateOf()).toMatchObject({ status: 'failed', reason: { code: 'intake_failed' } });
  });

  it('fails the job of a source that could not be unpacked, saying what would need less', async () => {
    const { lose, stateOf } = await aWorld();
    await lose(unpackMessage(JOB, { features: [] }));
    expect(await stateOf()).toMatchObject({ status: 'failed', reason: { code: 'unpack_failed' } });
  });

  it('fails the job of a source that was unpacked and could not be split', async () => {
    const { lose, stateOf } = await aWorld();
    await lose({ type: 'staged', jobId: JOB.jobId, index: SOURCE });
    expect(await stateOf()).toMatchObject({ status: 'failed', reason: { code: 'intake_failed' } });
  });

  it.each([
    ['unpack', unpackMessage(JOB, { features: [] })],
    ['continue', { type: 'continue', jobId: JOB.jobId }],
    ['staged', { type: 'staged', jobId: JOB.jobId, index: SOURCE }],
  ])('leaves a job alone that another delivery split: %s', async (_, body) => {
    const { ledger, lose, stateOf } = await aWorld();
    const { checkpoint } = openedState(JOB);
    await ledger.finishSplit(JOB.jobId, { rowsTotal: 2, chunksTotal: 1, checkpoint }, NOW);
    await lose(body);
    expect(await stateOf()).toMatchObject({ status: 'running', splitDone: true });
  });

  it('opens the job of a drop that was given up before it had one', async () => {
    const { lose, stateOf } = await aWorld({ opened: false });
    const { bucket, key, versionId } = SOURCE;
    await lose({
      type: 'start',
      requestedBy: 'drop',
      model: JOB.modelName,
      source: { bucket, key, versionId },
    });
    expect(await stateOf()).toMatchObject({ status: 'failed', reason: { code: 'intake_failed' } });
  });

  it.each([
    ['a version', SOURCE],
    ['no version', { bucket: SOURCE.bucket, key: SOURCE.key }],
  ])('opens it also where the source, asked for with %s, cannot be looked at', async (_, source) => {
    const { lose, entries } = await aWorld({ opened: false, describable: false });
    await lose({ type: 'start', requestedBy: 'drop', model: JOB.modelName, source });
    expect([...entries.values()][0]?.state).toMatchObject({
      status: 'failed',
      reason: { code: 'intake_failed' },
    });
  });

  it('finds the version of a request that names none, so that it fails the job that was opened', async () => {
    const { lose, stateOf } = await aWorld();
    const { bucket, key } = SOURCE;
    await lose({ type: 'start', requestedBy: 'cli', model: JOB.modelName, source: { bucket, key } });
    expect(await stateOf()).toMatchObject({ status: 'failed', reason: { code: 'intake_failed' } });
  });

  it.each(['not json', '{"Records":[null]}', '{"colour":"red"}', '"text"', '{"chunk":0,"jobId":"x"}'])(
    'sets %s aside',
    async (body) => {
      const { lose, setAside, stateOf } = await aWorld();
      await lose(body);
      expect(setAside).toEqual([{ id: 'm1', queue: 'dead', body }]);
      expect((await stateOf())?.status).toBe('running');
    },
  );
});

describe('dead letters of rescore', () => {
  const statusOf = async ({ runs }: Awaited<ReturnType<typeof aWorld>>) => {
    const run = await runs.readRun(RUN_ID);
    return [run?.status, run?.reason?.code];
  };

  it('of a summary end the run as its jobs did, and say what is missing', async () => {
    const world = await aWorld();
    await world.runs.openRun({ ...recordedRun(RUN_ID, REQUEST, NOW), status: 'summarising' });
    await world.lose({ type: 'continue', runId: RUN_ID });
    expect(await statusOf(world)).toEqual(['completed', 'summary_failed']);
  });

  it('fail their run, also where it never began', async () => {
    const world = await aWorld();
    await world.lose({ type: 'begin', runId: RUN_ID, request: REQUEST });
    expect(await statusOf(world)).toEqual(['failed', 'rescore_failed']);
    await world.lose({ type: 'cancel', runId: RUN_ID });
    await world.lose({ type: 'continue', runId: RUN_ID });
    expect(await statusOf(world)).toEqual(['failed', 'rescore_failed']);
  });

  it('cancel it where they are its cancellation', async () => {
    const world = await aWorld();
    await world.runs.openRun(recordedRun(RUN_ID, REQUEST, NOW));
    await world.lose({ type: 'cancel', runId: RUN_ID });
    expect(await statusOf(world)).toEqual(['cancelled', 'cancelled']);
  });

  it('are set aside where they are the move of a pointer, which is no drop', async () => {
    const world = await aWorld();
    const s3 = { bucket: { name: 'models' }, object: { key: 'tumours/current.json', versionId: 'v1' } };
    await world.lose({ Records: [{ eventName: 'ObjectCreated:Put', s3 }] });
    expect(world.setAside).toHaveLength(1);
  });
});
