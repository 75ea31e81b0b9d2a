import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { IntakeMessage } from '../../../contracts/generated/types.ts';
import { parseContract } from '../../../contracts/validate.ts';
import { placeInPast, shadowsPartition } from '../../../core/keys.ts';
import { shadowRequest } from '../../../core/shadow.ts';
import { type FanOutDependencies, fanOut } from '../../../functions/fan-out/fan-out.ts';
import { aJob, MODEL, NOW } from '../factories.ts';
import { aWorld, drop, idOf, KEY, MANIFEST, outcomeOf, rows } from './fan-out-world.ts';

describe('fanOut', () => {
  it('opens a job, and writes and sends a reference for every chunk', async () => {
    const { job, state, sent, entries } = await outcomeOf(rows(5));
    expect(state).toMatchObject({
      status: 'running',
      splitDone: true,
      rowsTotal: 5,
      chunksTotal: 3,
      remaining: 3,
    });
    const manifestSha256 = createHash('sha256').update(JSON.stringify(MANIFEST)).digest('hex');
    expect(job).toMatchObject({ model: { ...MODEL, manifestSha256 }, format: 'csv', sourceTime: NOW });
    expect(
      sent.map(({ reference }) => [reference.firstRow, reference.rowCount, reference.firstLine]),
    ).toEqual([
      [0, 2, 2],
      [2, 2, 4],
      [4, 1, 6],
    ]);
    for (const message of sent) parseContract('chunk-message', message);
    for (const chunk of entries.get(idOf())?.chunks.values() ?? []) parseContract('chunk', chunk);
    parseContract('job', job);
    parseContract('job-state', state);
  });

  it.each([
    { asked: 1, chunks: 4 },
    { asked: 1000, chunks: 2 },
  ])(
    'cuts at most $asked rows a chunk for a model that asks so, and never more than is set',
    async ({ asked, chunks }) => {
      const world = aWorld({ [KEY]: 'id,radius\n1,1\n2,2\n3,3\n4,4\n' });
      world.manifests.set(MODEL.version, { ...MANIFEST, chunkRows: asked });
      await fanOut(drop(), world.dependencies);
      expect(world.sent.length).toBe(chunks);
    },
  );

  it('changes nothing on a second delivery', async () => {
    const world = await outcomeOf(rows(5));
    const before = structuredClone(world.entries.get(idOf()));
    await fanOut(drop(), world.dependencies);
    expect(world.entries.get(idOf())).toEqual(before);
    expect(world.sent).toHaveLength(3);
  });

  it('case 8: goes on from the checkpoint with the model that was pinned, also after a promotion', async () => {
    const world = aWorld({ [KEY]: rows(60) });
    world.dependencies.timeLeft = () =>
      world.sent.length >= 10 && world.continued.length === 0 ? 0 : 60_000;
    await fanOut(drop(), world.dependencies);
    expect(world.continued).toEqual([idOf()]);
    const before = world.sent.length;
    expect(before).toBeLessThan(30);

    world.current.version = 9;
    await fanOut({ type: 'continue', jobId: idOf() }, world.dependencies);
    expect(world.sent.map(({ chunk }) => chunk)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(new Set(world.sent.map(({ model }) => model.version))).toEqual(new Set([MODEL.version]));
    const { state } = (await world.ledger.readJob(idOf())) ?? {};
    expect(state).toMatchObject({ splitDone: true, rowsTotal: 60, chunksTotal: 30, remaining: 30 });
  });

  it('gives its message back where it comes too late to the first chunk, and fails no job for that', async () => {
    const world = aWorld({ [KEY]: rows(5) }, { timeLeft: () => 0 });
    world.dependencies.settings.chunkRows = 5;
    await expect(fanOut(drop(), world.dependencies)).rejects.toThrow('Out of time');
    expect((await world.ledger.readJob(idOf()))?.state.status).toBe('running');
  });

  it('case 7: resumes after being killed between any two steps, with nothing doubled and the total set once', async () => {
    const steps = ['openJob', 'putChunk', 'advance', 'finishSplit'] as const;
    for (const step of steps) {
      for (let nth = 1; nth <= 3; nth++) {
        const world = aWorld({ [KEY]: rows(50) });
        const real = world.dependencies.ledger[step] as (...args: unknown[]) => Promise<unknown>;
        let calls = 0;
        const killed = async (...args: unknown[]) => {
          const before = ++calls === nth && nth % 2 === 0;
          if (before) throw new Error('killed before');
          const result = await real(...args);
          if (calls === nth) throw new Error('killed after');
          return result;
        };
        await fanOut(drop(), { ...world.dependencies, ledger: { ...world.ledger, [step]: killed } }).catch(
          () => {},
        );
        await fanOut(drop(), world.dependencies);
        const view = await world.ledger.readJob(idOf());
        expect(view?.state).toMatchObject({ splitDone: true, rowsTotal: 50, chunksTotal: 25, remaining: 25 });
        expect(new Set(world.sent.map(({ chunk }) => chunk)).size).toBe(25);
        expect(world.entries.get(idOf())?.chunks.size).toBe(25);
      }
    }
  });

  it.each<[string, number | undefined, object, number | undefined]>([
    ['as the model says', 0.1, {}, 0.1],
    ['as the request says, whatever the model says', 0.1, { toleratedErrors: 0 }, 0],
    ['as the request says', undefined, { toleratedErrors: 1 }, 1],
    ['as no share at all, where it is too small for the ledger', 1e-320, {}, 0],
    ['not, where nobody says', undefined, {}, undefined],
  ])('pins the share of errors that is tolerated %s', async (_, ofModel, asked, expected) => {
    const world = aWorld({ [KEY]: rows(1) });
    if (ofModel !== undefined) world.manifests.set(MODEL.version, { ...MANIFEST, toleratedErrors: ofModel });
    await fanOut({ ...drop(), ...asked } as IntakeMessage, world.dependencies);
    const { job, state } = (await world.ledger.readJob(idOf())) ?? expect.unreachable();
    expect([job.settings.toleratedErrors, state.toleratedErrors]).toEqual([expected, expected]);
    parseContract('job', job);
    parseContract('job-state', state);
  });

  describe('a version that is tried beside the current one', () => {
    const SHADOW = JSON.stringify({ version: 5, setAt: NOW });
    const pinnedBy = async (message: IntakeMessage, shadow: string | undefined) => {
      const world = aWorld({ [KEY]: rows(5) });
      if (shadow !== undefined) world.pointers.shadow = shadow;
      await fanOut(message, world.dependencies);
      const [entry] = [...world.entries.values()];
      parseContract('job', entry?.job);
      return { ...world, job: entry?.job, state: entry?.state };
    };

    it('is pinned by a drop, also for every later delivery', async () => {
      const world = await pinnedBy(drop(), SHADOW);
      expect(world.job?.shadow).toBe(5);
      world.pointers.shadow = JSON.stringify({ setAt: NOW });
      await fanOut(drop(), world.dependencies);
      expect((await world.ledger.readJob(idOf()))?.job.shadow).toBe(5);
    });

    it.each<[string, object, string | undefined]>([
      ['where none is', {}, undefined],
      ['where it was taken away', {}, JSON.stringify({ setAt: NOW })],
      ['where it has become the current one', {}, JSON.stringify({ version: MODEL.version, setAt: NOW })],
      ['by whoever asks for a version', { version: MODEL.version, runId: 'version-2' }, SHADOW],
    ])('is not pinned %s', async (_, asked, shadow) => {
      const { job } = await pinnedBy({ ...drop(), ...asked } as IntakeMessage, shadow);
      expect(job).toMatchObject({ model: { version: MODEL.version }, notes: [] });
      expect(job).not.toHaveProperty('shadow');
    });

    it.each(['xxxx', '{"version":"5"}'])(
      'keeps no file from being scored by a pointer %s',
      async (shadow) => {
        const { job, state } = await pinnedBy(drop(), shadow);
        expect(state).toMatchObject({ status: 'running', splitDone: true });
        expect(job).not.toHaveProperty('shadow');
        expect(job?.notes.join()).toMatch(/No shadow is scored.*shadow\.json of model tumours.*model shadow/);
      },
    );

    it('scores into files alone, without a limit of rows, apart from the past of its model', async () => {
      const first = aJob({ shadow: 5, sourceTime: '2026-11-19T00:00:00.000Z' });
      const { jobId: id, message } = shadowRequest(first) ?? expect.unreachable();
      parseContract('intake-message', message);
      const world = aWorld({ [KEY]: rows(5) });
      world.manifests.set(5, { ...MANIFEST, version: 5, toleratedErrors: 0.5 });
      world.pointers.shadow = JSON.stringify({ version: 6, setAt: NOW });
      world.dependencies.settings.maxRowsPerJob = 1;
      await fanOut(message, world.dependencies);
      await fanOut(message, world.dependencies);
      const { job, state } = (await world.ledger.readJob(id)) ?? expect.unreachable();
      expect(world.entries.size).toBe(1);
      expect(job).toMatchObject({ renews: first.jobId, shadowOf: MODEL.version, model: { version: 5 } });
      expect(job).toMatchObject({ sourceTime: first.sourceTime, requestedBy: 'shadow' });
      expect(job.settings).toMatchObject({ output: 'files', toleratedErrors: 0.5 });
      expect(job).not.toHaveProperty('shadow');
      expect(state).toMatchObject({ splitDone: true, rowsTotal: 5 });
      for (const message of world.sent) {
        parseContract('chunk-message', message);
        expect(message).toMatchObject({ output: 'files', shadowOf: MODEL.version });
      }
      const pair = { modelName: MODEL.name, before: MODEL.version, after: 5 };
      expect(placeInPast(job)).toEqual({ modelOfPast: shadowsPartition(pair), sourcePlace: `${NOW}#${id}` });
    });
  });

  it('stops splitting when the job ends meanwhile', async () => {
    const world = aWorld({ [KEY]: rows(100) });
    const sendChunks: FanOutDependencies['sendChunks'] = async (runtime, messages) => {
      await world.dependencies.sendChunks(runtime, messages);
      await world.ledger.failJob(idOf(), { code: 'cancelled', message: 'Cancelled.' }, NOW);
    };
    await fanOut(drop(), { ...world.dependencies, sendChunks });
    expect(world.sent.length).toBeLessThan(50);
    expect((await world.ledger.readJob(idOf()))?.state).toMatchObject({ status: 'failed', splitDone: false });
  });

  it('case 10: makes one result of two fan-outs at once', async () => {
    const world = aWorld({ [KEY]: rows(40) });
    await Promise.all([fanOut(drop(), world.dependencies), fanOut(drop(), world.dependencies)]);
    const view = await world.ledger.readJob(idOf());
    expect(view?.state).toMatchObject({ splitDone: true, rowsTotal: 40, chunksTotal: 20, remaining: 20 });
  });

  it('stages the text of a compressed source, chunk by chunk', async () => {
    const key = `${KEY}.gz`;
    const { state, sent, objects } = await outcomeOf(gzipSync(rows(5)), key);
    expect(state).toMatchObject({ splitDone: true, rowsTotal: 5, chunksTotal: 3 });
    const staged = sent.map(({ reference: { object, byteStart, byteEnd } }) =>
      objects.get(object.key)?.subarray(byteStart, byteEnd).toString(),
    );
    expect(staged).toEqual(['r0,0.5\nr1,1.5\n', 'r2,2.5\nr3,3.5\n', 'r4,4.5\n']);
    const header = sent[0]?.header;
    expect(
      objects
        .get(header?.object.key ?? '')
        ?.subarray(header?.byteStart, header?.byteEnd)
        .toString(),
    ).toBe('id,radius\n');
  });
});

describe('a source that can never be scored', () => {
  it.each([
    [
      'case 21: an unknown model',
      'incoming/tumors/a.csv',
      rows(1),
      'model_missing',
      /no model 'tumors'.*mean tumours.*tumours, houses/,
    ],
    ['no model folder', 'incoming/a.csv', rows(1), 'model_missing', /names no model/],
    ['a missing column', KEY, 'id,radiu\n1,2\n', 'columns_missing', /radius.*radiu/],
    ['an unterminated quote', KEY, 'id,radius\n1,2\n3,"4\n', 'unterminated_quote', /row 1|record/i],
    ['an image', KEY, Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1'), 'not_text', /PNG/],
    ['a record over the limit', KEY, `id,radius\n1,${'2'.repeat(300)}\n`, 'record_too_long', /200/],
    ['UTF-16', KEY, Buffer.from('\ufeffid,radius\n', 'utf16le'), 'wrong_encoding', /UTF-16/],
    ['broken gzip', `${KEY}.gz`, gzipSync(rows(9)).subarray(0, 30), 'gzip_corrupt', /gzip/],
    ['case 26: a gzip bomb', `${KEY}.gz`, gzipSync(rows(5000)), 'gzip_too_large', /10000/],
    ['another format', `${KEY}.xlsx`, rows(1), 'unsupported_format', /csv/],
  ])('%s fails its job with the reason', async (_, key, text, code, message) => {
    const world = aWorld({ [key]: text });
    await fanOut(drop(key), world.dependencies);
    const [entry] = [...world.entries.values()];
    expect(entry?.state.status).toBe('failed');
    expect(entry?.state.reason?.code).toBe(code);
    expect(entry?.state.reason?.message).toMatch(message);
    parseContract('job', entry?.job);
    parseContract('job-state', entry?.state);
  });

  it('is never read where it lies in a foreign bucket', async () => {
    const world = aWorld({ [KEY]: rows(1) });
    const describeForeign = async () => expect.unreachable('asked a foreign bucket');
    await fanOut(drop(KEY, { bucket: 'foreign' }), { ...world.dependencies, describe: describeForeign });
    expect([...world.entries.values()][0]?.state.reason?.code).toBe('foreign_bucket');
  });

  it('still pins the model version that it was compared with', async () => {
    const { job } = await outcomeOf('id,radiu\n1,2\n');
    expect(job).toMatchObject({ model: { version: MODEL.version }, dialect: { delimiter: ',' } });
  });

  it('fails where the object is gone', async () => {
    const world = aWorld({});
    await fanOut(drop(), world.dependencies);
    expect([...world.entries.values()][0]?.state.reason?.code).toBe('source_missing');
  });
});

describe('a source without rows', () => {
  it('may be a compressed file of no bytes', async () => {
    const { state } = await outcomeOf('', `${KEY}.gz`);
    expect(state).toMatchObject({ status: 'running', splitDone: true, rowsTotal: 0 });
  });

  it.each([
    ['an empty file', ''],
    ['a byte order mark alone', '\ufeff'],
    ['blank lines alone', '\n \r\n\n'],
    ['blanks and tabs alone', '\n \r\n\t\r'],
    ['a header alone', 'id,radius'],
    ['a header and blank lines', 'id,radius\n\n\n'],
  ])('case 6: %s has nothing left to wait for, compressed or not', async (_, text) => {
    const { state } = await outcomeOf(text);
    const { state: inflated } = await outcomeOf(gzipSync(text), `${KEY}.gz`);
    expect(inflated).toEqual({ ...state, jobId: idOf(`${KEY}.gz`) });
    expect(state).toMatchObject({
      status: 'running',
      splitDone: true,
      rowsTotal: 0,
      chunksTotal: 0,
      remaining: 0,
    });
  });
});
