import { expect, test } from 'vitest';
import type { JobSummary, Output, Score, Statistics } from '../../../contracts/generated/types.ts';
import { openedState } from '../../../core/job.ts';
import { aChunk, aJob, MODEL, NOW } from '../factories.ts';
import { aManifest } from './manifest.ts';
import { runCommand, type World } from './run-command.ts';

const job = aJob();

/** A job that has ended: a row for each outcome, scored by a model with this output. */
function world(output: Output, outcomes: Partial<Score>[], statistics: Partial<Statistics> = {}): World {
  const ended = { status: 'completed' as const, rowsTotal: outcomes.length, chunksTotal: 1 };
  const counted = { count: outcomes.length, ...statistics };
  const summary: JobSummary = {
    jobId: job.jobId,
    attempt: 1,
    modelName: MODEL.name,
    source: job.source,
    rowsScored: outcomes.length,
    rowsFailed: 0,
    chunksFailed: 0,
    failedChunks: [],
    errorCounts: [],
    statistics: counted,
    rowsNotIndexed: 0,
    notes: [],
    ...ended,
  };
  return {
    view: { job, state: { ...openedState(job), ...ended } },
    summary,
    manifest: aManifest({ output }),
    chunks: [aChunk({ status: 'done', statistics: counted })],
    scores: outcomes.map((outcome, row) => ({
      jobId: job.jobId,
      row,
      line: row + 2,
      recordId: `P${row}`,
      model: MODEL.name,
      version: 2,
      sourceTime: NOW,
      ...outcome,
    })),
  };
}

const EMBEDDING = world({ kind: 'embedding', dimension: 4 }, [{ vector: [0.1, 1e-10, 2, -3] }]);
const SEVERAL = world(
  { kind: 'multi', names: ['price', 'size'] },
  [{ outputs: { price: 1.25, size: 's' } }, { outputs: { price: 7.5, size: 'xl' } }],
  { top: [{ row: 1, value: 7.5 }] },
);
const CLUSTERS = world({ kind: 'cluster' }, [{ prediction: 3 }, { prediction: -1 }]);
const ERRORS = 'error_code,error_column,error_message';

test.each([
  [EMBEDDING, `row,line,patient,vector,${ERRORS}\n0,2,P0,"[0.1,1e-10,2,-3]",,,\n`],
  [SEVERAL, `row,line,patient,output_price,output_size,${ERRORS}\n0,2,P0,1.25,s,,,\n1,3,P1,7.5,xl,,,\n`],
  [CLUSTERS, `row,line,patient,prediction,${ERRORS}\n0,2,P0,3,,,\n1,3,P1,-1,,,\n`],
])('scores have the columns of their kind: %#', async (of, csv) => {
  expect((await runCommand(['scores', job.jobId], of)).stdout).toBe(csv);
});

test('clusters with a strength have it as their score', async () => {
  const of = world({ kind: 'cluster' }, [{ prediction: 3, score: 0.5 }], { top: [{ row: 0, value: 0.5 }] });
  expect((await runCommand(['scores', job.jobId], of)).stdout).toContain(',prediction,score,error_code');
});

test('with --json, a vector is an array of numbers and outputs an object', async () => {
  const lines = async (of: World) =>
    JSON.parse((await runCommand(['scores', job.jobId, '--json', '--top', '1'], of)).stdout);
  expect(await lines(SEVERAL)).toMatchObject({ row: 1, outputs: { price: 7.5, size: 'xl' } });
  const { stdout } = await runCommand(['scores', job.jobId, '--json'], EMBEDDING);
  expect(JSON.parse(stdout).vector).toEqual([0.1, 1e-10, 2, -3]);
});

test.each([
  [EMBEDDING, 'vectors have no highest'],
  [CLUSTERS, 'no strength to rank rows by'],
  [
    world({ kind: 'multi', names: ['size'] }, [{ outputs: { size: 's' } }]),
    'None of this model’s outputs is a number',
  ],
  [world({ kind: 'regression' }, []), 'scored no row'],
])('the ranking of a kind that has none is refused with the reason: %#', async (of, sentence) => {
  const { stderr, exitCode } = await runCommand(['scores', job.jobId, '--top', '3'], of);
  expect(stderr).toContain(sentence);
  expect(exitCode).toBe(1);
});

test.each([
  [EMBEDDING, '[0.1, 1.000e-10, 2, …] 4 numbers'],
  [SEVERAL, 'price=1.25, size=s'],
  [CLUSTERS, ' 3 '],
])('a record shows what its kind has: %#', async (of, words) => {
  const { stdout } = await runCommand(['record', 'tumours', 'P0'], of);
  expect(stdout.split('\n')[1]).toContain(words);
});
