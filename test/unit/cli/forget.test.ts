import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { eraseRecord } from '../../../cli/forget/erase-record.ts';
import type { LocatedRowError, Score } from '../../../contracts/generated/types.ts';
import type { ForgetStore } from '../../../core/forget-store.ts';
import { resultPartKey } from '../../../core/keys.ts';
import { forgetInPart } from '../../../core/scores/forget-in-part.ts';
import { MODEL } from '../factories.ts';
import { connectionTo, runCommand } from './run-command.ts';
import { aPart, aVerifyWorld, job, partKey, SUCCESS, verified } from './verify-world.ts';

const FORGET = ['forget', MODEL.name];
const textOf = (part: Buffer | undefined) => gunzipSync(part ?? Buffer.alloc(0)).toString();

/** In which the examples of errors quote the second row. */
async function aForgetWorld() {
  const world = { ...(await aVerifyWorld()), names: [MODEL.name], forgotten: new Map() };
  const quote: LocatedRowError = {
    row: 1,
    error: { code: 'not_a_number', message: "column 'radius': 'P1' is no number", column: 'radius', line: 3 },
  };
  for (const holder of [world.chunks[0], world.summary]) if (holder) holder.firstErrors = [quote];
  world.results.set(SUCCESS, Buffer.from(JSON.stringify(world.summary)));
  return world;
}

test.each(['P0', 'P1', 'P4'])('%s is in nothing that was written, and the job still verifies', async (id) => {
  const world = await aForgetWorld();
  const { exitCode, stderr } = await runCommand([...FORGET, id, '--yes'], world);
  expect([exitCode, stderr]).toEqual([
    0,
    expect.stringContaining('erased from 1 score item and 1 result file'),
  ]);
  expect(JSON.stringify(world.scores)).not.toContain(id);
  for (const part of [0, 2]) expect(textOf(world.results.get(partKey(part)))).not.toContain(id);
  if (id === 'P1')
    expect(JSON.stringify([world.chunks, world.summary, String(world.results.get(SUCCESS))])).not.toContain(
      'P1',
    );
  expect([...world.forgotten.keys()]).toEqual([`${MODEL.name}#${id}`]);
  const { lines } = await verified((fresh) => Object.assign(fresh, world));
  expect(lines).toEqual([]);
});

test('a row that vanishes instead is found missing', async () => {
  const world = await aForgetWorld();
  await runCommand([...FORGET, 'P0', '--yes'], world);
  world.scores.shift();
  const { lines } = await verified((fresh) => Object.assign(fresh, world));
  expect(lines.join()).toContain('missing');
});

test('the sources that still hold it are named, also by a second run, and none once they are gone', async () => {
  const world = await aForgetWorld();
  const sources = async (gone = false) => {
    const { stdout } = await runCommand([...FORGET, 'P4', '--yes', '--json'], { ...world, sourceGone: gone });
    return JSON.parse(stdout).sources;
  };
  const expected = [{ ...job.source, row: 4, line: 6 }];
  expect(await sources()).toEqual(expected);
  expect(await sources()).toEqual(expected);
  expect(await sources(true)).toEqual([]);
});

test('a dry run tells where it is, and changes nothing', async () => {
  const world = await aForgetWorld();
  const before = structuredClone(world);
  const { stdout, stderr } = await runCommand([...FORGET, 'P0', '--dry-run'], world);
  expect(stderr).toContain('in 1 row and 1 result file; nothing was changed');
  expect(stdout).toContain(job.source.key);
  expect(JSON.stringify(world)).toBe(JSON.stringify(before));
  expect(world.forgotten.size).toBe(0);
});

test.each([[[]], [['--dry-run', '--yes']]])('nothing is erased without a clear word: %j', async (options) => {
  const world = await aForgetWorld();
  const { exitCode } = await runCommand([...FORGET, 'P0', ...options], world);
  expect([exitCode, world.forgotten.size]).toEqual([2, 0]);
});

test('a row that only its result file has is erased there', async () => {
  const world = { ...(await aForgetWorld()), scores: [] as Score[] };
  const { stderr } = await runCommand([...FORGET, 'P4', '--yes'], world);
  expect(stderr).toContain('erased from 0 score items and 1 result file');
  expect(textOf(world.results.get(partKey(2)))).not.toContain('P4');
});

test('a file whose job is unknown is told, as it may hold the record', async () => {
  const world = await aForgetWorld();
  world.results.set(resultPartKey(MODEL.name, 'f'.repeat(24), 0), gzipSync('row,patient\n0,P0\n'));
  const { stderr } = await runCommand([...FORGET, 'P0', '--yes'], world);
  expect(stderr).toContain('1 result file could not be looked into');
});

test('a file that is written meanwhile is read again', async () => {
  const world = await aForgetWorld();
  const connection = connectionTo(world);
  const store = await connection.forgetting();
  const rewritten = aPart('0,2,P0,1,0.5,0.5,0.5,,,', '1,3,P1,1,1,0,1,,,');
  const contended: ForgetStore = {
    ...store,
    async readResult(key) {
      const read = await store.readResult(key);
      if (world.results.get(key) === before) world.results.set(key, rewritten);
      return read;
    },
  };
  const before = world.results.get(partKey(0));
  const parts = [{ key: partKey(0), idTitle: 'patient' }];
  await eraseRecord({ ...connection, forgetting: async () => contended }, { places: [], parts }, 'P0');
  expect(textOf(world.results.get(partKey(0)))).toMatch(/\n0,2,,.*forgotten.*\n1,3,P1,1,1,0,1,,,\n$/);
});

test('the file of rejected rows leaves a forgotten one out', async () => {
  const world = await aForgetWorld();
  const output = path.join(mkdtempSync(path.join(tmpdir(), 'forget-')), 'rejected.csv');
  const rejected = async () => {
    await runCommand(['errors', job.jobId, '-o', output], world);
    return readFileSync(output, 'utf8');
  };
  expect(await rejected()).toContain('"P1",abc');
  await runCommand([...FORGET, 'P1', '--yes'], world);
  expect(await rejected()).not.toContain('P1');
});

test('other rows of a result file keep every cell', async () => {
  const rows = [
    'row,line,who,prediction,error_code,error_column,error_message,note',
    '0,2,"a ""b"", c",1,,,,"two\nlines, =1"',
    '1,4,"d,e",0.5,,,,x',
    "2,5,-7,,not_a_number,age,\"column 'age': 'd,e' is no number\",",
  ];
  const forget = async (id: string) =>
    forgetInPart(gzipSync(`${rows.join('\n')}\n`), 'who', id).then(
      (found) => found && { ...found, lines: textOf(found.part).trimEnd() },
    );
  expect(await forget('d,e')).toMatchObject({
    rows: [{ row: 1, line: 4 }],
    lines: [rows[0], rows[1], '1,4,,,forgotten,,the record was forgotten,', rows[3]].join('\n'),
  });
  expect(await forget('-7')).toMatchObject({
    lines: [...rows.slice(0, 3), '2,5,,,not_a_number,age,the record was forgotten,'].join('\n'),
  });
  expect((await forget('a "b", c'))?.lines).toContain('0,2,,,forgotten,,the record was forgotten,\n');
  expect(await forget('b')).toBeUndefined();
  expect(await forget('7')).toBeUndefined();
});
