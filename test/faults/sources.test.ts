import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { getObject, putObject } from '../../aws/s3-objects.ts';
import { resultPartKey } from '../../core/keys.ts';
import { CHUNKS, faultedPipeline, SOURCE } from './faulted-pipeline.ts';
import { afterDoing, corrupted, cutShort, halved, meeting, noticed, unchecked } from './faults.ts';
import { opensJob, readsChunk, sendsChunks, splitsSource } from './points.ts';

const { parts, job, publish } = faultedPipeline();

describe.concurrent('a source', () => {
  it('case 1: the same event twice at the same moment is one job', async () => {
    const faulted = await job('twice.csv');
    faulted.fault({ ...opensJob, times: 2 }, meeting(2));
    await faulted.start({ times: 2 });
    await faulted.expectWhole();
  });

  it('case 2: of events out of order each version is its own job, and the latest score is that of the latest drop', async () => {
    await publish('ordered');
    const earlier = await job('source.csv', { model: 'ordered' });
    const later = await job('source.csv', { model: 'ordered' });
    await later.start({ eventTime: '2026-01-02T00:00:00.000Z' });
    await later.expectWhole();
    await earlier.start({ eventTime: '2026-01-01T00:00:00.000Z' });
    await earlier.expectWhole();
    const found = await parts.pipeline.historyOf('ordered', parts.expected[0]?.recordId ?? '');
    expect(found.map(({ jobId }) => jobId)).toEqual([later.id, earlier.id]);
  });

  it('case 3: deleted before it is scored, its version is read all the same', async () => {
    const faulted = await job('deleted.csv');
    const { bucket: Bucket, key: Key } = faulted.source;
    const remove = () => parts.pipeline.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    faulted.fault(sendsChunks, afterDoing(remove));
    await faulted.start();
    await faulted.expectWhole();
  });

  it('case 3: its version removed for good, the job fails with that, after a request a chunk at most', async () => {
    const faulted = await job('removed.csv');
    const { bucket: Bucket, key: Key, versionId: VersionId } = faulted.source;
    const remove = () => parts.pipeline.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    const sent = faulted.fault(sendsChunks, afterDoing(remove));
    await faulted.start();
    await sent.allMet;
    const rule = { on: 'S3.GetObject', about: 'removed.csv', times: Number.POSITIVE_INFINITY };
    const reads = faulted.fault(rule, noticed);
    const { state } = await faulted.ended();
    expect(state).toMatchObject({ status: 'failed', reason: { code: 'source_missing' } });
    const [event] = await parts.events.of(faulted.id, 1);
    expect(event).toMatchObject({ status: 'failed', reason: { code: 'source_missing' } });
    expect(reads.met.length).toBeLessThanOrEqual(CHUNKS);
  });

  it('case 4: overwritten in mid-job, the job finishes on its own version', async () => {
    const faulted = await job('overwritten.csv');
    const { bucket, key } = faulted.source;
    const overwrite = () =>
      putObject(parts.pipeline.s3, bucket, key, SOURCE.replaceAll('1', '2'), 'text/csv');
    faulted.fault(sendsChunks, afterDoing(overwrite));
    await faulted.start();
    await faulted.expectWhole();
  });

  it('case 31: that is a result, written under the input prefix, fails its job and starts no other', async () => {
    const { pipeline } = parts;
    const { s3, resources, ledger } = pipeline;
    const faulted = await job('scored.csv');
    await faulted.start();
    await faulted.expectWhole();
    const key = resultPartKey('breast-cancer', faulted.id, 0);
    const result = (await getObject(s3, resources.resultsBucket, key)) ?? expect.unreachable();
    const looped = await pipeline.drop('part-00000.csv.gz', result);
    const { job: opened, state } = await pipeline.ended(looped);
    expect(state).toMatchObject({ status: 'failed', reason: { code: 'columns_missing' } });
    await parts.events.of(looped, 1);
    for await (const { job: found } of ledger.recentJobs(new Date().toISOString())) {
      // Files that ran before have dropped theirs.
      if (found.createdAt < opened.createdAt) break;
      if (found.source.key.startsWith('incoming/')) expect(found.jobId).toBe(opened.jobId);
    }
  });

  it.each([
    ['breaks off', cutShort],
    ['ends early', halved],
  ])('case 25: of which the download that is split %s loses no row', async (what, fault) => {
    const file = `${what.replace(' ', '-')}.csv`;
    const faulted = await job(file);
    faulted.fault(splitsSource(file), fault);
    await faulted.start();
    await faulted.expectWhole();
  });

  it('case 25: of which the download of a chunk breaks off loses no row', async () => {
    const faulted = await job('chunk.csv');
    faulted.fault(readsChunk('chunk.csv'), cutShort);
    await faulted.start();
    await faulted.expectWhole();
  });
});

describe.concurrent('the download of a model', () => {
  const artifact = (model: string) => ({ on: 'S3.GetObject', about: `/${model}/1/model.joblib` });

  it.each([
    ['breaks off', cutShort],
    ['ends early', halved],
    ['is corrupted', corrupted],
  ])('case 25: that %s is made again', async (what, fault) => {
    const model = what.replace(' ', '-');
    await publish(model);
    const faulted = await job('source.csv', { model });
    faulted.fault(artifact(model), fault);
    await faulted.start();
    await faulted.expectWhole();
  });

  it.each([
    ['ends early', halved],
    ['is corrupted', corrupted],
  ])('case 25: that %s, which only its manifest tells, is not used and not kept', async (what, fault) => {
    const model = `unchecked-${what.replace(' ', '-')}`;
    await publish(model);
    const faulted = await job('source.csv', { model });
    const all = faulted.fault({ ...artifact(model), times: Number.POSITIVE_INFINITY }, unchecked(fault));
    await faulted.start();
    const { state } = await faulted.ended();
    expect(state).toMatchObject({ status: 'failed', rowsScored: 0, reason: { code: 'artifact_corrupt' } });
    all.remove();
    const next = await job('next.csv', { model });
    await next.start();
    await next.expectWhole();
  });

  it('case 25: by two workers at once leaves one whole file', async () => {
    await publish('at-once');
    const faulted = await job('source.csv', { model: 'at-once' });
    faulted.fault({ ...artifact('at-once'), times: 2 }, meeting(2));
    await faulted.start();
    await faulted.expectWhole();
  });
});
