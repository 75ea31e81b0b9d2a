import { describe, expect, it } from 'vitest';
import { parseContract } from '../../../contracts/validate.ts';
import { jobId } from '../../../core/keys.ts';
import { recordedRun } from '../../../core/rescore/run.ts';
import { rescore } from '../../../functions/rescore/rescore.ts';
import { MODEL, NOW, SOURCE } from '../factories.ts';
import { aPast, REQUEST, RUN_ID } from './rescore-world.ts';

describe('a run', () => {
  it('asks for what has no scores of the target version, and pins that', async () => {
    const world = await aPast([
      { file: 'a.csv' },
      { file: 'b.csv' },
      { file: 'c.csv', version: 2 },
      { file: 'd.csv' },
      { file: 'd.csv', version: 2, runId: 'version-2' },
    ]);
    await world.begin();
    expect(world.files()).toEqual(['a.csv', 'b.csv']);
    const [first] = world.sent;
    parseContract('intake-message', first);
    expect(first).toMatchObject({ model: MODEL.name, version: 2, runId: RUN_ID, requestedBy: 'nightly' });
    const source = { ...SOURCE, key: 'incoming/tumours/a.csv' };
    expect(first).toMatchObject({ renews: jobId(source, MODEL.name), source: { ...source, eventTime: NOW } });
    const run = await world.run();
    parseContract('rescore-run', run);
    expect(run).toMatchObject({ status: 'running', version: 2, listed: true });
    expect(run).toMatchObject({ found: 4, sent: 2, alreadyScored: 2 });
  });

  it('does not take a job of the target version that failed for scores', async () => {
    const failed = { version: 2, status: 'failed', runId: 'version-2' } as const;
    const world = await aPast([{ file: 'a.csv' }, { file: 'a.csv', ...failed }]);
    await world.begin();
    expect(world.files()).toEqual(['a.csv']);
  });

  it('leaves sources alone that never had scores, and scores those again that have, where all are asked for', async () => {
    const world = await aPast([
      { file: 'a.csv', status: 'failed' },
      { file: 'b.csv', version: 2 },
    ]);
    await world.begin({ scope: 'all' });
    expect(world.files()).toEqual(['b.csv']);
    expect(await world.run()).toMatchObject({ unscored: 1, sent: 1 });
  });

  it('takes the newest version of a key by its own time, or all of them', async () => {
    const versions = [
      { file: 'a.csv', versionId: 'new' },
      { file: 'a.csv', versionId: 'old', sourceTime: '2026-01-01T00:00:00.000Z' },
    ];
    const newest = await aPast(versions);
    newest.objects.set('incoming/tumours/a.csv', ['old', 'new']);
    await newest.begin();
    expect(newest.sent.map(({ source }) => source.versionId)).toEqual(['new']);
    const all = await aPast(versions);
    all.objects.set('incoming/tumours/a.csv', ['old', 'new']);
    await all.begin({ sources: 'all' });
    expect(all.sent.map(({ source }) => source.versionId).sort()).toEqual(['new', 'old']);
    const recent = await aPast(versions);
    await recent.begin({ sources: 'all', maxAgeDays: 30 });
    expect(recent.sent.map(({ source }) => source.versionId)).toEqual(['new']);
  });

  it('takes a shadow job neither for scores of the target version nor for scores to renew', async () => {
    const tried = { file: 'a.csv', version: 2, runId: 'shadow-2-of-a', shadowOf: 1 };
    const world = await aPast([{ file: 'a.csv' }, tried]);
    await world.begin();
    expect(world.sent).toMatchObject([
      { renews: jobId({ ...SOURCE, key: 'incoming/tumours/a.csv' }, MODEL.name) },
    ]);
    await world.begin({ scope: 'all' }, 'cli@2');
    expect(await world.run()).toMatchObject({ found: 1, sent: 1, alreadyScored: 0 });
  });

  it('looks only at keys that begin with the prefix', async () => {
    const world = await aPast([{ file: 'a/1.csv' }, { file: 'b/1.csv' }, { file: 'b/2.csv' }]);
    await world.begin({ prefix: 'incoming/tumours/b/' });
    expect(world.files()).toEqual(['1.csv', '2.csv']);
    expect((await world.run()).found).toBe(2);
  });

  it('leaves deleted and overwritten sources alone, and reports those that are gone', async () => {
    const world = await aPast([{ file: 'deleted.csv' }, { file: 'gone.csv' }, { file: 'newer.csv' }]);
    world.objects.set('incoming/tumours/deleted.csv', ['v1', undefined]);
    world.objects.set('incoming/tumours/gone.csv', []);
    world.objects.set('incoming/tumours/newer.csv', ['v1', 'v2']);
    await world.begin();
    const run = await world.run();
    expect(run).toMatchObject({ sent: 0, deleted: 1, gone: 1, superseded: 1 });
    expect(run.goneSources).toEqual([{ ...SOURCE, key: 'incoming/tumours/gone.csv' }]);
    expect(run).toMatchObject({ status: 'completed_with_failures', endedAt: NOW, untold: true });
  });

  it('ends at once where there is nothing to do, and fails where there is no such model', async () => {
    const world = await aPast([]);
    await world.begin();
    expect(await world.run()).toMatchObject({ status: 'completed', found: 0 });
    await world.begin({ modelName: 'tumour' }, 'cli@1');
    expect(await world.run('cli@1')).toMatchObject({
      status: 'failed',
      reason: { code: 'model_missing', message: expect.stringMatching(/Did you mean tumours/) },
    });
  });
});

describe('a schedule', () => {
  it('case 28: that fires twice for one time makes one run, also at the same moment', async () => {
    const world = await aPast([{ file: 'a.csv' }, { file: 'b.csv' }]);
    await Promise.all([world.begin(), world.begin()]);
    await world.begin();
    expect(world.found.size).toBe(1);
    expect(new Set(world.files()).size).toBe(2);
    expect(await world.run()).toMatchObject({ found: 2, sent: 2 });
  });

  it('case 28: that fires while the last run is going is skipped, or waits for its turn', async () => {
    const world = await aPast([{ file: 'a.csv' }]);
    await world.begin();
    await world.begin({}, 'nightly@2');
    expect(await world.run('nightly@2')).toMatchObject({ status: 'skipped', reason: { code: 'overlap' } });
    await world.begin({ onOverlap: 'queue' }, 'nightly@3');
    expect(await world.run('nightly@3')).toMatchObject({ status: 'waiting' });
    expect(world.continued).toEqual([['nightly@3', 60]]);
    await world.runs.endRun(RUN_ID, 'cancelled', undefined, NOW);
    await rescore({ type: 'continue', runId: 'nightly@3' }, world.dependencies);
    expect(await world.run('nightly@3')).toMatchObject({ status: 'running', sent: 1 });
    await rescore({ type: 'continue', runId: 'nightly@2' }, world.dependencies);
    expect((await world.run('nightly@2')).status).toBe('skipped');
  });

  it('begins nothing while it is paused', async () => {
    const world = await aPast([{ file: 'a.csv' }]);
    await world.runs.setPaused('nightly', true, NOW);
    await world.begin({ schedule: 'nightly' });
    expect(world.found.size).toBe(0);
    await world.runs.setPaused('nightly', false, NOW);
    await world.begin({ schedule: 'nightly' });
    expect(world.files()).toEqual(['a.csv']);
  });
});

describe('a run that is interrupted', () => {
  const many = Array.from({ length: 180 }, (_, i) => ({ file: `${String(i).padStart(3, '0')}.csv` }));
  /** What fan-out makes of the messages: a job each, which the index shows. */
  const opened = async (world: Awaited<ReturnType<typeof aPast>>) => {
    for (const { source, version = 0 } of world.sent)
      await world.add({
        file: source.key.split('/').at(-1) ?? '',
        version,
        runId: RUN_ID,
        status: 'running',
      });
  };

  it.each(['sendStarts', 'advanceRun', 'endListing'] as const)(
    'loses and doubles nothing when it is killed at or behind %s, whichever step it is',
    async (point) => {
      for (const isBefore of [true, false])
        for (let nth = 1; nth <= 4; nth++) {
          const world = await aPast(many);
          const { dependencies, runs } = world;
          let calls = 0;
          const dying =
            <Args extends unknown[], T>(work: (...args: Args) => Promise<T>) =>
            async (...args: Args): Promise<T> => {
              const dies = ++calls === nth;
              if (dies && isBefore) throw new Error('killed');
              const result = await work(...args);
              if (dies) throw new Error('killed');
              return result;
            };
          const killed =
            point === 'sendStarts'
              ? { ...dependencies, sendStarts: dying(dependencies.sendStarts) }
              : {
                  ...dependencies,
                  runs: { ...runs, [point]: dying<never[], unknown>(runs[point] as never) },
                };
          const message = { type: 'begin', runId: RUN_ID, request: REQUEST } as const;
          await rescore(message, killed as typeof dependencies).catch(() => {});
          await opened(world);
          await rescore(message, dependencies);
          expect(await world.run()).toMatchObject({ found: 180, sent: 180, listed: true });
          expect(new Set(world.files()).size).toBe(180);
          const again = world.sent.length - 180;
          expect(again).toBeLessThanOrEqual(50);
        }
    },
  );

  it('goes on by a message to itself when its time is over, from where it is', async () => {
    let left = 3;
    const world = await aPast(many, { timeLeft: () => (--left > 0 ? 60_000 : 0) });
    await world.begin();
    expect(world.continued).toEqual([[RUN_ID, 0]]);
    expect(world.sent.length).toBeLessThan(180);
    left = 100;
    await rescore({ type: 'continue', runId: RUN_ID }, world.dependencies);
    expect(new Set(world.files()).size).toBe(180);
    expect(world.sent).toHaveLength(180);
  });

  it('asks for no more once it is cancelled', async () => {
    let left = 3;
    const world = await aPast(many, { timeLeft: () => (--left > 0 ? 60_000 : 0) });
    await world.begin();
    const before = world.sent.length;
    await rescore({ type: 'cancel', runId: RUN_ID }, world.dependencies);
    left = 100;
    await rescore({ type: 'continue', runId: RUN_ID }, world.dependencies);
    expect(world.sent).toHaveLength(before);
    expect(await world.run()).toMatchObject({ status: 'cancelled', untold: true });
  });
});

it('a recorded run is as its contract says', () => {
  parseContract('rescore-run', recordedRun(RUN_ID, REQUEST, NOW));
});
