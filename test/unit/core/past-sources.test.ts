import { describe, expect, it } from 'vitest';
import { placeBehindKey, placeBehindVersion, placesBelow, sourcePlace } from '../../../core/keys.ts';
import { type PastSource, pastSources, type Wanted } from '../../../core/rescore/past-sources.ts';
import type { PastJob } from '../../../core/rescore/runs.ts';
import { aJob, MODEL, NOW, SOURCE } from '../factories.ts';

const WANTED: Wanted = { runId: 'r@1', version: 2, sources: 'newest' };

const past = (key: string, versionId: string, changes: Partial<PastJob> = {}): PastJob => {
  const { jobId, sourceTime, createdAt } = aJob();
  const source = { ...SOURCE, key, versionId };
  return { jobId, source, sourceTime, createdAt, model: { ...MODEL, version: 1 }, ...changes };
};

async function* inOrder(jobs: readonly PastJob[]) {
  const place = ({ source, createdAt }: PastJob) => sourcePlace(source, createdAt);
  yield* [...jobs].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

async function found(jobs: readonly PastJob[], wanted: Partial<Wanted> = {}): Promise<PastSource[]> {
  const sources: PastSource[] = [];
  for await (const source of pastSources(inOrder(jobs), { ...WANTED, ...wanted })) sources.push(source);
  return sources;
}

describe('past sources', () => {
  it('are the newest version of each key, whatever was scored last', async () => {
    const jobs = [
      past('a', 'old', { createdAt: '2026-11-21T09:00:00.000Z' }),
      past('a', 'new', { sourceTime: '2026-11-20T20:00:00.000Z' }),
      past('b', 'v1'),
    ];
    expect((await found(jobs)).map(({ source }) => source.versionId)).toEqual(['new', 'v1']);
    expect(await found(jobs, { sources: 'all' })).toHaveLength(3);
  });

  it('keep the newest jobs of the target version and of others, and no more', async () => {
    const jobs = Array.from({ length: 40 }, (_, i) =>
      past('a', 'v1', {
        jobId: `${i}`,
        createdAt: `2026-11-20T19:00:${String(i).padStart(2, '0')}.000Z`,
        model: { ...MODEL, version: i === 5 ? 2 : 1 },
      }),
    );
    const [source] = await found(jobs);
    expect(source?.jobs.map(({ jobId }) => jobId)).toEqual(['39', '38', '37', '5']);
  });

  it('that the run has asked for are told', async () => {
    const jobs = [past('a', 'v1'), past('a', 'v1', { runId: 'r@1', jobId: 'own' })];
    expect(await found(jobs)).toMatchObject([{ askedFor: true, jobs: [{ jobId: jobs[0]?.jobId }] }]);
  });
});

describe('places', () => {
  it('are behind every job of their version or key, also one that is opened later, and before the next', () => {
    const place = sourcePlace({ ...SOURCE, key: 'a' }, '9999-12-31T23:59:59.999Z');
    expect(placeBehindVersion({ ...SOURCE, key: 'a' }) > place).toBe(true);
    expect(placeBehindKey({ ...SOURCE, key: 'a' }) > placeBehindVersion({ ...SOURCE, key: 'a' })).toBe(true);
    expect(sourcePlace({ ...SOURCE, key: 'a b' }, NOW) > placeBehindKey({ ...SOURCE, key: 'a' })).toBe(true);
  });

  it.each(['x'.repeat(1024), 'é'.repeat(512), '日'.repeat(341)])('of a long key fit into an index', (key) => {
    const source = { ...SOURCE, key };
    for (const place of [sourcePlace(source, NOW), placeBehindKey(source), ...placesBelow(key)])
      expect(Buffer.byteLength(place)).toBeLessThanOrEqual(1024);
    const [from, to] = placesBelow(key);
    expect(sourcePlace(source, NOW) >= from && sourcePlace(source, NOW) <= to).toBe(true);
    const other = { ...source, key: `${key.slice(0, -1)}!` };
    expect(sourcePlace(other, NOW)).not.toBe(sourcePlace(source, NOW));
  });
});
