import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { StagedIndex } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { stagedIndexKey, stagedRowsKey } from '../../../core/keys.ts';
import { fanOut } from '../../../functions/fan-out/fan-out.ts';
import { MODEL } from '../factories.ts';
import { arrayFile } from '../joblib-file.ts';
import { aWorld, drop, idOf, KEY, MANIFEST, outcomeOf, rows } from './fan-out-world.ts';

const JOBLIB = `incoming/${MODEL.name}/test_features.joblib`;
const ID = idOf(JOBLIB);
const FIVE = [[0.5], [1.5], [2.5], [3.5], [4.5]];

describe('an array whose rows lie one behind the other', () => {
  it('is split without a look at its rows: each chunk is the bytes of its rows', async () => {
    const file = arrayFile(FIVE);
    const { job, state, sent, unpack, entries } = await outcomeOf(file, JOBLIB);
    expect(job).toMatchObject({ format: 'matrix', matrix: { dtype: '<f8', rows: 5, columns: 1 } });
    expect(state).toMatchObject({ splitDone: true, rowsTotal: 5, chunksTotal: 3, remaining: 3 });
    const found = sent.map(({ format, matrix, reference: { object, byteStart, byteEnd, firstRow } }) => {
      expect({ format, matrix, object }).toEqual({
        format: 'matrix',
        matrix: job?.matrix,
        object: job?.source,
      });
      const bytes = file.subarray(byteStart, byteEnd);
      return [firstRow, ...Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(i * 8))];
    });
    expect(found).toEqual([
      [0, 0.5, 1.5],
      [2, 2.5, 3.5],
      [4, 4.5],
    ]);
    expect(unpack).toEqual([]);
    for (const message of sent) parseContract('chunk-message', message);
    for (const chunk of entries.get(ID)?.chunks.values() ?? []) parseContract('chunk', chunk);
    parseContract('job', job);
    parseContract('job-state', state);
  });

  it('says that features go by position and rows have no ids', async () => {
    const { job } = await outcomeOf(arrayFile(FIVE), JOBLIB);
    expect(job?.notes).toEqual([expect.stringMatching(/no names/), expect.stringMatching(/no ids/)]);
  });

  it('is refused with both counts where it has another number of columns than the model features', async () => {
    const { state } = await outcomeOf(arrayFile([[1, 2]]), JOBLIB);
    expect(state).toMatchObject({ status: 'failed', reason: { code: 'column_count_mismatch' } });
    expect(state?.reason?.message).toMatch(/2 columns.*1 feature/);
  });

  it('without rows has nothing left to wait for', async () => {
    const empty = arrayFile([[0]]);
    empty[empty.indexOf('\x94K\x01K\x01', 0, 'latin1') + 2] = 0;
    const { state } = await outcomeOf(Buffer.concat([empty.subarray(0, -9), Buffer.from('.')]), JOBLIB);
    expect(state).toMatchObject({ splitDone: true, rowsTotal: 0, chunksTotal: 0, remaining: 0 });
  });

  it('goes on from its checkpoint', async () => {
    const many = Array.from({ length: 60 }, (_, i) => [i]);
    const world = aWorld({ [JOBLIB]: arrayFile(many) });
    world.dependencies.timeLeft = () =>
      world.sent.length >= 10 && world.continued.length === 0 ? 0 : 60_000;
    await fanOut(drop(JOBLIB), world.dependencies);
    expect(world.continued).toEqual([ID]);
    expect(world.sent.length).toBeLessThan(30);
    await fanOut({ type: 'continue', jobId: ID }, world.dependencies);
    expect(world.sent.map(({ reference }) => reference.firstRow)).toEqual(
      many.flatMap((_, i) => (i % 2 ? [] : [i])),
    );
  });

  it('is cut by bytes too, a row at least', async () => {
    const world = aWorld({ [JOBLIB]: arrayFile(FIVE) });
    world.dependencies.settings.chunkBytes = 5;
    await fanOut(drop(JOBLIB), world.dependencies);
    expect(world.sent.map(({ reference }) => reference.rowCount)).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('any other joblib file', () => {
  it.each([
    ['of columns one behind the other', arrayFile(FIVE, 'F')],
    ['compressed', gzipSync(arrayFile(FIVE))],
    ['with something behind the array', Buffer.concat([arrayFile(FIVE), Buffer.from('.')])],
    ['cut short', arrayFile(FIVE).subarray(0, -9)],
  ])('%s is sent to be unpacked, and acknowledged', async (_, file) => {
    const { job, state, sent, unpack } = await outcomeOf(file, JOBLIB);
    expect(job).toMatchObject({ format: 'joblib' });
    expect(state).toMatchObject({ status: 'running', splitDone: false });
    expect(sent).toEqual([]);
    const expected = { type: 'unpack', jobId: ID, source: job?.source, sourceBytes: file.length };
    expect(unpack).toEqual([{ ...expected, chunkRows: 2, chunkBytes: 1000, columns: ['radius', 'id'] }]);
    parseContract('unpack-message', unpack[0]);
    parseContract('job', job);
  });

  const INDEX: StagedIndex = {
    rows: 5,
    columns: ['radius', 'note'],
    index: { name: 'id' },
    chunks: [2, 2, 1].map((rowCount, i) => ({ versionId: `v${i}`, bytes: 100 + i, rowCount })),
  };

  async function unpackedWorld(index: StagedIndex) {
    const world = aWorld({ [JOBLIB]: gzipSync(arrayFile(FIVE)) });
    await fanOut(drop(JOBLIB), world.dependencies);
    world.objects.set(stagedIndexKey(ID), Buffer.from(JSON.stringify(index)));
    const object = { bucket: 'work', key: stagedIndexKey(ID), versionId: 'v1' };
    const stateOf = async () => (await world.ledger.readJob(ID))?.state;
    return { ...world, staged: { type: 'staged', jobId: ID, index: object } as const, stateOf };
  }

  it('is split by the index of what was staged, also when that is told twice', async () => {
    const world = await unpackedWorld(INDEX);
    await fanOut(world.staged, world.dependencies);
    await fanOut(world.staged, world.dependencies);
    const found = world.sent.map(({ format, reference }) => [format, reference]);
    expect(found).toEqual(
      INDEX.chunks.map(({ versionId, bytes, rowCount }, i) => [
        'staged',
        {
          object: { bucket: 'work', key: stagedRowsKey(ID, i), versionId },
          byteStart: 0,
          byteEnd: bytes,
          firstRow: i * 2,
          rowCount,
        },
      ]),
    );
    expect(await world.stateOf()).toMatchObject({
      splitDone: true,
      rowsTotal: 5,
      chunksTotal: 3,
      notes: ['The model does not read these columns: "note".'],
    });
    for (const message of world.sent) parseContract('chunk-message', message);
    parseContract('job-state', await world.stateOf());
  });

  it.each(['continue', 'start'] as const)('finds the index when only %s comes', async (type) => {
    const world = await unpackedWorld(INDEX);
    await fanOut(type === 'start' ? drop(JOBLIB) : { type, jobId: ID }, world.dependencies);
    expect(world.sent).toHaveLength(3);
    expect(world.unpack).toHaveLength(1);
  });

  it('is sent to be unpacked again when the watchdog finds it without an index', async () => {
    const world = aWorld({ [JOBLIB]: gzipSync(arrayFile(FIVE)) });
    await fanOut(drop(JOBLIB), world.dependencies);
    await fanOut({ type: 'continue', jobId: ID }, world.dependencies);
    expect(world.unpack).toHaveLength(2);
  });

  it('is staged whole where the names of the columns do not fit a message', async () => {
    const world = aWorld({ [JOBLIB]: gzipSync(arrayFile(FIVE)) });
    const features = Array.from({ length: 10_000 }, (_, i) => ({
      name: `${'f'.repeat(60)}${i}`,
      type: 'float' as const,
    }));
    world.manifests.set(MODEL.version, { ...MANIFEST, features });
    await fanOut(drop(JOBLIB), world.dependencies);
    expect(world.unpack).toHaveLength(1);
    expect(world.unpack[0]).not.toHaveProperty('columns');
  });

  it('goes on where an earlier split left off', async () => {
    const chunks = Array.from({ length: 25 }, (_, i) => ({ versionId: `v${i}`, bytes: 1, rowCount: 2 }));
    const world = await unpackedWorld({ ...INDEX, rows: 50, chunks });
    world.dependencies.timeLeft = () =>
      world.sent.length === 10 && world.continued.length === 0 ? 0 : 60_000;
    await fanOut(world.staged, world.dependencies);
    expect(world.continued).toEqual([ID]);
    await fanOut({ type: 'continue', jobId: ID }, world.dependencies);
    expect(world.sent.map(({ reference }) => reference.firstRow)).toEqual(chunks.map((_, i) => i * 2));
    expect(await world.stateOf()).toMatchObject({ splitDone: true, rowsTotal: 50, chunksTotal: 25 });
  });

  it('fails its job where a column is missing', async () => {
    const world = await unpackedWorld({ ...INDEX, columns: ['radiu', 'note'] });
    await fanOut(world.staged, world.dependencies);
    expect(await world.stateOf()).toMatchObject({ status: 'failed', reason: { code: 'columns_missing' } });
  });

  it('fails its job where the manifest is no longer the one it was opened with', async () => {
    const world = await unpackedWorld(INDEX);
    world.manifests.set(MODEL.version, { ...MANIFEST, publishedAt: '2026-01-01T00:00:00.000Z' });
    await fanOut(world.staged, world.dependencies);
    expect(await world.stateOf()).toMatchObject({ status: 'failed', reason: { code: 'model_changed' } });
  });

  it('is not split by an index that lies elsewhere, or that does not add up', async () => {
    const world = await unpackedWorld({ ...INDEX, rows: 6 });
    const elsewhere = { ...world.staged, index: { ...world.staged.index, bucket: 'input' } };
    await expect(fanOut(elsewhere, world.dependencies)).rejects.toThrow(/no unpacking writes/);
    await expect(fanOut(world.staged, world.dependencies)).rejects.toThrow(/6 rows.*hold 5/);
    expect(await world.stateOf()).toMatchObject({ status: 'running', splitDone: false });
  });
});

describe('a name that says something else than the content', () => {
  it.each([
    ['a joblib file named .csv', KEY, arrayFile(FIVE), 'matrix', /joblib/],
    ['CSV named .joblib', JOBLIB, rows(5), 'csv', /plain text/],
    ['gzip data named .csv', KEY, gzipSync(rows(5)), 'csv.gz', /gzip/],
    ['CSV named .gz', `${KEY}.gz`, rows(5), 'csv', /plain text/],
  ])('%s is read as what it is, and a note says so', async (_, key, bytes, format, note) => {
    const { job, state } = await outcomeOf(bytes, key);
    expect(job).toMatchObject({ format });
    expect(job?.notes[0]).toMatch(note);
    expect(state).toMatchObject({ splitDone: true, rowsTotal: 5 });
  });
});

it('a name that promises joblib is not noted where the content is neither', async () => {
  const { job, state } = await outcomeOf(Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1'), JOBLIB);
  expect(state).toMatchObject({ status: 'failed', reason: { code: 'not_text' } });
  expect(job?.notes).toEqual([]);
});
