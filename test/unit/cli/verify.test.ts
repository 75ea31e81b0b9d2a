import { describe, expect, it } from 'vitest';
import type { Chunk, JobState } from '../../../contracts/generated/types.ts';
import { aPart, aScore, job, partKey, type Spoil, SUCCESS, verified } from './verify-world.ts';

const inState =
  (changes: Partial<JobState>): Spoil =>
  (world) =>
    Object.assign(world.view.state, changes);
const inSummary =
  (changes: Record<string, unknown>): Spoil =>
  (world) => {
    world.summary = { ...world.summary, ...changes };
    world.results.set(SUCCESS, Buffer.from(JSON.stringify(world.summary)));
  };
const inChunk =
  (chunk: number, changes: Partial<Chunk>): Spoil =>
  (world) =>
    Object.assign(world.chunks[chunk] ?? {}, changes);
const inReference =
  (chunk: number, changes: Partial<Chunk['reference']>): Spoil =>
  (world) =>
    Object.assign(world.chunks[chunk]?.reference ?? {}, changes);
const inScore =
  (at: number, changes: object): Spoil =>
  (world) =>
    Object.assign(world.scores[at] ?? {}, changes);
const asPart =
  (chunk: number, ...lines: string[]): Spoil =>
  (world) =>
    world.results.set(partKey(chunk), aPart(...lines));

it('finds nothing in a job that lost nothing, and tells what it compared', async () => {
  const { lines, course } = await verified();
  expect(lines).toEqual([]);
  expect(course.notes).toEqual([]);
  expect(course.compared).toEqual({
    ...{ source: 5, chunk: 3, item: 3, file: 3, counter: 6, summary: 1, _SUCCESS: 1, status: 1 },
  });
});

/** What is spoiled, how, and each line that tells it. */
const CASES: [string, Spoil, string[]][] = [
  [
    'a source with another row',
    (world) => Object.assign(world, { source: `${world.source}P5,6\n` }),
    [
      'chunk 2: chunk byteEnd differs: ledger 44, recount 49',
      'chunk 2: chunk rowCount differs: ledger 1, recount 2',
      'source rows differs: job 5, recount 6',
    ],
  ],
  [
    'a source that breaks a rule',
    (world) => Object.assign(world, { source: `${world.source}"` }),
    [
      'source unterminated_quote unreadable: recount The quote at byte 44 on line 7, in row 5…ouble it where it belongs to the value.',
    ],
  ],
  [
    'a header that is not where the job has it',
    (world) => Object.assign(world.view.job, { header: { ...job.header, byteEnd: 14 } }),
    ['source header differs: job [0,14], recount [0,15]'],
  ],
  [
    'a first record that is not where the job has it',
    (world) => Object.assign(world.view.job, { firstRecord: { byte: 15, line: 3 } }),
    ['source first record differs: job {"byte":15,"line":3}, recount {"byte":15,"line":2}'],
  ],
  [
    'a chunk that is lost',
    (world) => world.chunks.splice(1, 1),
    [
      'rows 2 to 3, chunk 1: chunk missing',
      'counter rowsFailed differs: job 3, chunks 1',
      'counter chunksFailed differs: job 1, chunks 0',
      'counter remaining differs: job 0, chunks 1',
      'summary rowsFailed differs: summary 3, chunks 1',
      'summary chunksFailed differs: summary 1, chunks 0',
      'summary failedChunks differs: summary [[1,2,2,"chunk_failed"]], chunks []',
    ],
  ],
  [
    'the last chunk, lost',
    (world) => world.chunks.pop(),
    [
      'row 4, chunk 2: chunk missing',
      `file ${partKey(2)} unexpected`,
      'counter rowsScored differs: job 2, chunks 1',
      'counter chunksTotal differs: job 3, chunks 2',
      'counter rowsTotal differs: job 5, chunks 4',
      'summary rowsTotal differs: summary 5, chunks 4',
      'summary rowsScored differs: summary 2, chunks 1',
      'summary chunksTotal differs: summary 3, chunks 2',
      'summary statistics.count differs: summary 2, chunks 1',
    ],
  ],
  [
    'a chunk behind the last row',
    (world) => world.chunks.push({ ...(world.chunks[1] as Chunk), chunk: 3 }),
    [
      'rows 2 to 3, chunk 3: chunk unexpected',
      'counter rowsFailed differs: job 3, chunks 5',
      'counter chunksFailed differs: job 1, chunks 2',
      'counter chunksTotal differs: job 3, chunks 4',
      'summary rowsFailed differs: summary 3, chunks 5',
      'summary chunksTotal differs: summary 3, chunks 4',
      'summary chunksFailed differs: summary 1, chunks 2',
      'summary failedChunks differs: summary [[1,2,2,"chunk_failed"]], chunks [[1,2,2,"chunk_failed"],[3,2,2,"chunk_failed"]]',
    ],
  ],
  [
    'a chunk of other rows',
    inReference(1, { firstRow: 3, rowCount: 1 }),
    [
      'chunk 1: chunk firstRow differs: ledger 3, recount 2',
      'chunk 1: chunk rowCount differs: ledger 1, recount 2',
      'chunk 1: chunk rowsScored + rowsFailed differs: ledger 2, rowCount 1',
      'summary failedChunks differs: summary [[1,2,2,"chunk_failed"]], chunks [[1,3,1,"chunk_failed"]]',
    ],
  ],
  [
    'a chunk of another version of the source',
    inReference(1, { object: { ...job.source, versionId: 'v2' } }),
    [
      'chunk 1: chunk object differs: ledger {"bucket":"input","key":"incoming/tumours/a.csv","versionId":"v2"}, recount {"bucket":"input","key":"incoming/tumours/a.csv","versionId":"v1"}',
    ],
  ],
  [
    'a chunk that is still open',
    inChunk(1, { status: 'open' }),
    [
      'chunk 1: chunk reason unexpected',
      'chunk 1: chunk status differs: ledger open, job completed_with_errors',
      'counter rowsFailed differs: job 3, chunks 1',
      'counter chunksFailed differs: job 1, chunks 0',
      'counter remaining differs: job 0, chunks 1',
      'summary rowsFailed differs: summary 3, chunks 1',
      'summary chunksFailed differs: summary 1, chunks 0',
      'summary failedChunks differs: summary [[1,2,2,"chunk_failed"]], chunks []',
    ],
  ],
  [
    'a chunk without a reason',
    inChunk(1, { reason: undefined as never }),
    [
      'chunk 1: chunk reason missing',
      'summary failedChunks differs: summary [[1,2,2,"chunk_failed"]], chunks []',
    ],
  ],
  [
    'a chunk that was written off and has scored rows',
    inChunk(1, { rowsScored: 1, rowsFailed: 1 }),
    [
      'chunk 1: chunk rowsScored differs: ledger 1, written off 0',
      'counter rowsScored differs: job 2, chunks 3',
      'counter rowsFailed differs: job 3, chunks 2',
      'summary rowsScored differs: summary 2, chunks 3',
      'summary rowsFailed differs: summary 3, chunks 2',
    ],
  ],
  [
    'a chunk with a reason that was scored',
    inChunk(0, { reason: { code: 'chunk_failed', message: '' } }),
    [
      'chunk 0: chunk reason unexpected',
      'summary failedChunks differs: summary [[1,2,2,"chunk_failed"]], chunks [[0,0,2,"chunk_failed"],[1,2,2,"chunk_failed"]]',
    ],
  ],
  [
    'a chunk of an attempt to come',
    inChunk(0, { attempt: 2 }),
    ['chunk 0: chunk attempt differs: ledger 2, job 1'],
  ],
  [
    'a chunk that counted a row twice',
    inChunk(0, { rowsScored: 2 }),
    [
      'chunk 0: chunk rowsScored + rowsFailed differs: ledger 3, rowCount 2',
      'chunk 0: chunk rowsScored differs: ledger 2, items 1',
      'counter rowsScored differs: job 2, chunks 3',
      'summary rowsScored differs: summary 2, chunks 3',
    ],
  ],
  [
    'a chunk that counted a row as scored that is none',
    inChunk(0, { rowsScored: 2, rowsFailed: 0, errorCounts: [], statistics: { count: 2 } }),
    [
      'chunk 0: chunk rowsScored differs: ledger 2, items 1',
      'chunk 0: chunk rowsFailed differs: ledger 0, items 1',
      'chunk 0: chunk statistics.count differs: ledger 2, items 1',
      'chunk 0: chunk rows with not_a_number in radius differs: ledger 0, items 1',
      'chunk 0: chunk rows with errors differs: ledger 0, items 1',
      'counter rowsScored differs: job 2, chunks 3',
      'counter rowsFailed differs: job 3, chunks 2',
      'summary rowsScored differs: summary 2, chunks 3',
      'summary rowsFailed differs: summary 3, chunks 2',
      'summary statistics.count differs: summary 2, chunks 3',
      'summary rows with not_a_number in radius differs: summary 1, chunks 0',
      'summary rows with errors differs: summary 1, chunks 0',
    ],
  ],
  [
    'an item that is lost',
    (world) => world.scores.splice(0, 1),
    [
      'row 0, chunk 0: item missing',
      'chunk 0: chunk rowsScored differs: ledger 1, items 0',
      'chunk 0: chunk statistics.count differs: ledger 1, items 0',
    ],
  ],
  [
    'items of a whole chunk that are lost',
    (world) => world.scores.splice(0, 2),
    [
      'rows 0 to 1, chunk 0: item missing',
      'chunk 0: chunk rowsScored differs: ledger 1, items 0',
      'chunk 0: chunk rowsFailed differs: ledger 1, items 0',
      'chunk 0: chunk statistics.count differs: ledger 1, items 0',
      'chunk 0: chunk rows with not_a_number in radius differs: ledger 1, items 0',
      'chunk 0: chunk rows with errors differs: ledger 1, items 0',
    ],
  ],
  [
    'an item that is there twice',
    (world) => world.scores.splice(1, 0, world.scores[0] as never),
    ['row 0, chunk 0: item unexpected'],
  ],
  [
    'an item behind the last row',
    (world) => world.scores.push(aScore(5, { prediction: 1 })),
    ['row 5: item unexpected'],
  ],
  [
    'an item of another version',
    inScore(0, { version: 1 }),
    ['row 0, chunk 0: item version differs: item 1, job 2'],
  ],
  [
    'an item of another job',
    inScore(0, { jobId: 'f'.repeat(24) }),
    ['row 0, chunk 0: item jobId differs: item ffffffffffffffffffffffff, job d93153e5af4a88ef11af94c8'],
  ],
  [
    'an item with a score and an error',
    inScore(1, { score: 0.5 }),
    [
      'row 1, chunk 0: item outcome differs: item both, expected one',
      'row 1, chunk 0: file score differs: item 0.5, file none',
    ],
  ],
  [
    'an item with neither',
    inScore(0, { prediction: undefined, score: undefined, probabilities: undefined }),
    [
      'row 0, chunk 0: item outcome differs: item neither, expected one',
      'row 0, chunk 0: file prediction differs: item none, file 1',
      'row 0, chunk 0: file score differs: item none, file 0.75',
      'row 0, chunk 0: file probability of 0 differs: item none, file 0.25',
      'row 0, chunk 0: file probability of 1 differs: item none, file 0.75',
    ],
  ],
  [
    'a score in an item that is off by one bit',
    inScore(0, { score: 0.7500000000000001 }),
    ['row 0, chunk 0: file score differs: item 0.7500000000000001, file 0.75'],
  ],
  [
    'a probability, an id and a tier that differ',
    inScore(0, { probabilities: { '0': 0.25, '1': 0.5 }, recordId: 'P9', tier: 'high' }),
    [
      'row 0, chunk 0: file id differs: item P9, file P0',
      'row 0, chunk 0: file tier differs: item high, file none',
      'row 0, chunk 0: file probability of 1 differs: item 0.5, file 0.75',
    ],
  ],
  [
    'an error that differs',
    inScore(1, { error: { code: 'missing_value', message: 'none', line: 3 } }),
    [
      'row 1, chunk 0: file error code differs: item missing_value, file not_a_number',
      'row 1, chunk 0: file error column differs: item none, file radius',
      'row 1, chunk 0: file error message differs: item none, file no number',
      'chunk 0: chunk rows with not_a_number in radius differs: ledger 1, items 0',
      'chunk 0: chunk rows with missing_value differs: ledger 0, items 1',
    ],
  ],
  ['a result file that is lost', (world) => world.results.delete(partKey(0)), ['chunk 0: file missing']],
  [
    'a result file that is damaged',
    (world) => world.results.set(partKey(0), Buffer.from('no gzip')),
    ['chunk 0: file unreadable: file Error: incorrect header check'],
  ],
  ['a result file without a row', asPart(0, '0,2,P0,1,0.75,0.25,0.75,,,'), ['row 1, chunk 0: file missing']],
  [
    'a result file with a row of another chunk',
    asPart(2, '4,6,P4,0,-1e-07,1.0,0.0,,,', '5,7,P5,0,0,1.0,0.0,,,'),
    ['row 5, chunk 2: file unexpected'],
  ],
  [
    'a result file of a chunk that does not exist',
    (world) => world.results.set(partKey(3), aPart()),
    ['file results/tumours/d93153e5af4a88ef11af94c8/part-00003.csv.gz unexpected'],
  ],
  [
    'an object that is no result file',
    (world) => world.results.set(`${partKey(0)}.bak`, aPart()),
    ['file results/tumours/d93153e5af4a88ef11af94c8/part-00000.csv.gz.bak unexpected'],
  ],
  [
    'a counter of scored rows',
    inState({ rowsScored: 3 }),
    [
      'counter rowsScored differs: job 3, chunks 2',
      'counter rowsScored + rowsFailed differs: job 6, rowsTotal 5',
    ],
  ],
  [
    'a counter of failed chunks',
    inState({ chunksFailed: 0 }),
    ['counter chunksFailed differs: job 0, chunks 1'],
  ],
  ['chunks that remain', inState({ remaining: 1 }), ['counter remaining differs: job 1, chunks 0']],
  [
    'other totals',
    inState({ rowsTotal: 6, chunksTotal: 4 }),
    [
      'source rows differs: job 6, recount 5',
      'counter chunksTotal differs: job 4, chunks 3',
      'counter rowsTotal differs: job 6, chunks 5',
      'counter rowsScored + rowsFailed differs: job 5, rowsTotal 6',
    ],
  ],
  [
    'a summary that is lost',
    (world) => Object.assign(world, { summary: undefined }),
    ['summary missing', '_SUCCESS unexpected'],
  ],
  [
    'a summary with other counts',
    inSummary({ rowsFailed: 2, errorCounts: [], statistics: { count: 3 } }),
    [
      'summary rowsFailed differs: summary 2, chunks 3',
      'summary statistics.count differs: summary 3, chunks 2',
      'summary rows with not_a_number in radius differs: summary 0, chunks 1',
      'summary rows with errors differs: summary 0, chunks 1',
    ],
  ],
  [
    'a summary without its failed chunk',
    inSummary({ failedChunks: [] }),
    ['summary failedChunks differs: summary [], chunks [[1,2,2,"chunk_failed"]]'],
  ],
  [
    'a summary that does not name its results',
    (world) => {
      inSummary({ results: undefined })(world);
      world.results.delete(SUCCESS);
    },
    ['summary results missing'],
  ],
  [
    'a summary of a job that was cancelled',
    inState({ status: 'cancelled', reason: { code: 'cancelled', message: '' } }),
    ['summary unexpected'],
  ],
  ['_SUCCESS that is lost', (world) => world.results.delete(SUCCESS), ['_SUCCESS missing']],
  [
    '_SUCCESS of something else',
    (world) => world.results.set(SUCCESS, Buffer.from(JSON.stringify({ ...world.summary, rowsScored: 3 }))),
    ['_SUCCESS rowsScored differs: _SUCCESS 3, summary 2'],
  ],
  [
    '_SUCCESS that is cut short',
    (world) => world.results.set(SUCCESS, Buffer.from('{"jobId"')),
    ['_SUCCESS unreadable'],
  ],
  [
    'a status that hides errors',
    inState({ status: 'completed' }),
    ['status status differs: job completed, chunks completed_with_errors'],
  ],
  [
    'a failure without a reason',
    inState({ status: 'failed' }),
    ['summary unexpected', 'status reason missing'],
  ],
  ['an end without a time', inState({ endedAt: undefined as never }), ['status endedAt missing']],
  [
    'a job that still runs',
    inState({ status: 'running' }),
    ['summary unexpected', 'status status differs: job running, expected ended'],
  ],
];

describe('what does not hold is named with both sides', () => {
  it.each(CASES)('%s', async (_, spoil, expected) => {
    const { lines } = await verified(spoil);
    expect(lines).toEqual(expected);
  });
});
