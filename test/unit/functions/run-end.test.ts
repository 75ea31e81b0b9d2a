import { beforeEach, describe, expect, it } from 'vitest';
import type { JobState, RescoreEvent } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { openedState } from '../../../core/job.ts';
import { type CompleteDependencies, complete, completeRun } from '../../../functions/complete/complete.ts';
import { rescore } from '../../../functions/rescore/rescore.ts';
import { aJob, NOW } from '../factories.ts';
import { aPast, RUN_ID } from './rescore-world.ts';

type World = Awaited<ReturnType<typeof aPast>>;
let world: World;
let events: RescoreEvent[];
let dependencies: CompleteDependencies;

beforeEach(async () => {
  world = await aPast([{ file: 'a.csv' }, { file: 'b.csv' }]);
  events = [];
  dependencies = {
    ledger: world.ledger,
    runs: world.runs,
    resultsBucket: 'results',
    writeSuccess: async () => {},
    sendStart: async () => {},
    announce: async (_, event) => void ('runId' in event && events.push(event)),
    sendRescore: (runId) => rescore({ type: 'continue', runId }, world.dependencies),
    now: () => NOW,
  };
});

/** A job of the run, as the stream shows its end. */
async function ended(jobId: string, status: JobState['status'], attempt = 1): Promise<JobState> {
  const job = aJob({ jobId, runId: RUN_ID });
  const state = { ...openedState(job), status, attempt };
  await world.ledger.openJob(job, state);
  return state;
}

const [A, B] = ['a'.repeat(24), 'b'.repeat(24)];

describe('the end of a job', () => {
  it('is counted in its run once, however often it is told, and the last one ends the run', async () => {
    await world.begin();
    const first = await ended(A, 'completed');
    await complete(first, dependencies);
    await complete(first, dependencies);
    expect(await world.run()).toMatchObject({ status: 'running', jobsCompleted: 1, jobsFailed: 0 });
    await complete(await ended(B, 'failed'), dependencies);
    const run = await world.run();
    expect(run).toMatchObject({ status: 'completed_with_failures', jobsCompleted: 1, jobsFailed: 1 });
    parseContract('rescore-run', run);
  });

  it('takes the place of an earlier attempt’s', async () => {
    await world.begin();
    await complete(await ended(A, 'failed'), dependencies);
    await complete({ ...(await ended(A, 'failed')), status: 'completed', attempt: 2 }, dependencies);
    expect(await world.run()).toMatchObject({ status: 'running', jobsCompleted: 1, jobsFailed: 0 });
  });

  it('before every source was looked at leaves the end to the listing', async () => {
    await world.begin();
    const listed = await world.run();
    world.found.set(RUN_ID, { ...listed, listed: false });
    await complete(await ended(A, 'completed'), dependencies);
    await complete(await ended(B, 'completed'), dependencies);
    expect((await world.run()).status).toBe('running');
    await rescore({ type: 'continue', runId: RUN_ID }, world.dependencies);
    expect((await world.run()).status).toBe('completed');
  });

  it('of a job that nobody’s run asked for counts nowhere', async () => {
    await complete({ ...(await ended(A, 'completed')) }, dependencies);
    expect(world.found.size).toBe(0);
  });

  it('is counted again where the first delivery died behind its event, or before rescore was told', async () => {
    await world.begin();
    const dying = async () => Promise.reject(new Error('killed'));
    const killed = { ...dependencies, sendRescore: dying };
    await complete(await ended(A, 'completed'), dependencies);
    const last = await ended(B, 'completed');
    await expect(complete(last, killed)).rejects.toThrow('killed');
    expect(world.entries.get(B)?.announced).toBe(false);
    await complete(last, dependencies);
    expect(await world.run()).toMatchObject({ status: 'completed', jobsCompleted: 2 });
  });
});

describe('the end of a run', () => {
  it('is announced with the same event until that is taken', async () => {
    await world.begin();
    await rescore({ type: 'cancel', runId: RUN_ID }, world.dependencies);
    const run = await world.run();
    await completeRun(run, dependencies);
    await completeRun(run, dependencies);
    await completeRun(await world.run(), dependencies);
    const [event, again, ...more] = events;
    parseContract('rescore-event', event);
    expect(event).toMatchObject({ eventId: `${RUN_ID}#ended`, status: 'cancelled', sent: 2, version: 2 });
    expect([again, more]).toEqual([event, []]);
  });
});
