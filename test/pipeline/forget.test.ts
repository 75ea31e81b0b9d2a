import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, it } from 'vitest';
import { getObject } from '../../aws/s3-objects.ts';
import { resultPartKey } from '../../core/keys.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const MODEL = 'breast-cancer';
const [HEADER = '', ...ROWS] = readFileSync('sample-data/breast_cancer.csv', 'utf8').trimEnd().split('\n');
/** Ids of this test alone: what is forgotten stays so, also for the tests that score the sample. */
const named = (row: string | undefined, id: string) => String(row).replace(/^[^,]*/, id);
const FILE = [
  HEADER,
  named(ROWS[0], 'kept-1'),
  named(ROWS[1], 'gone-1'),
  // Its error quotes a cell.
  named(ROWS[2], 'gone-2').replace(/,[^,]*/, ',private'),
  named(ROWS[3], 'kept-2'),
  '',
].join('\n');
const TRACES = /gone-|private/;

let pipeline: Pipeline;
let cli: CommandLine;
beforeAll(async () => {
  pipeline = await thePipeline();
  cli = commandLine(pipeline.stack);
});

async function expectNoTrace(id: string) {
  expect(JSON.stringify(await pipeline.scoresOf(id, 4))).not.toMatch(TRACES);
  const rows = await pipeline.resultRows(id);
  expect(rows.map((row) => row.error_code)).toEqual(['', expect.any(String), expect.any(String), '']);
  expect(JSON.stringify(rows)).not.toMatch(TRACES);
  const told = [await pipeline.chunksOf(id), await pipeline.ledger.readSummary(id)];
  expect(JSON.stringify(told)).not.toMatch(TRACES);
  const verified = await cli('job', 'verify', id, '--json');
  expect(JSON.parse(verified.stdout)).toMatchObject({ holds: true, compared: { item: 4, file: 4 } });
}

async function partVersions(id: string): Promise<number> {
  const { Versions = [] } = await pipeline.s3.send(
    new ListObjectVersionsCommand({
      Bucket: pipeline.resources.resultsBucket,
      Prefix: resultPartKey(MODEL, id, 0),
    }),
  );
  return Versions.length;
}

it('a record that is forgotten is in nothing that was written, and no later drop brings it back', async () => {
  const first = await pipeline.drop('to-forget.csv', FILE);
  const { job } = await pipeline.ended(first);

  const looked = await cli('forget', MODEL, 'gone-1', '--dry-run', '--json');
  expect([looked.code, JSON.parse(looked.stdout).sources]).toEqual([0, [{ ...job.source, row: 1, line: 3 }]]);
  expect((await cli('record', MODEL, 'gone-1')).code).toBe(0);

  const erased = await cli('forget', MODEL, 'gone-1', '--yes', '--json');
  expect([erased.code, JSON.parse(erased.stdout).sources]).toEqual([0, [{ ...job.source, row: 1, line: 3 }]]);
  const withVersions = await cli('forget', MODEL, 'gone-2', '--yes', '--old-versions');
  expect(withVersions.stderr).toContain('erased from 1 score item and 1 result file');

  expect(await cli('record', MODEL, 'gone-1')).toMatchObject({ code: 1 });
  await expectNoTrace(first);
  expect(await partVersions(first)).toBe(1);

  const again = await cli('forget', MODEL, 'gone-1', '--dry-run', '--json');
  expect(JSON.parse(again.stdout).sources, 'as noted by the run before').toHaveLength(1);

  const second = await pipeline.drop('to-forget.csv', FILE);
  const { state } = await pipeline.ended(second);
  expect(state).toMatchObject({ rowsScored: 2, rowsFailed: 2 });
  await expectNoTrace(second);
  expect((await pipeline.historyOf(MODEL, 'kept-1')).map(({ jobId }) => jobId)).toEqual([second, first]);
  expect((await pipeline.chunksOf(second))[0]?.errorCounts).toEqual([
    { code: 'forgotten', rows: 2, line: 3 },
  ]);
});

it('a result file keeps its other rows to the letter', async () => {
  const id = await pipeline.drop('neighbours.csv', FILE.replaceAll('gone', 'away'));
  await pipeline.ended(id);
  const text = async () =>
    gunzipSync(
      (await getObject(pipeline.s3, pipeline.resources.resultsBucket, resultPartKey(MODEL, id, 0))) ??
        Buffer.alloc(0),
    ).toString();
  const before = (await text()).split('\n');
  expect((await cli('forget', MODEL, 'away-1', '--yes')).code).toBe(0);
  const after = (await text()).split('\n');
  expect(after.toSpliced(2, 1)).toEqual(before.toSpliced(2, 1));
  expect(after[2]).toMatch(/^1,3,,.*,forgotten,,the record was forgotten,*$/);
});
