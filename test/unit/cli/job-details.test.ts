import { expect, test } from 'vitest';
import { jobDetails } from '../../../cli/render/job-details.ts';
import type { Comparison, JobState, JobSummary } from '../../../contracts/generated/types.ts';
import { openedState } from '../../../core/job.ts';
import { jobJson } from '../../../core/job-json.ts';
import { aJob, MODEL } from '../factories.ts';

const job = aJob({ notes: ['The delimiter was detected.'] });
const ended: JobState = {
  ...openedState(job),
  status: 'completed_with_errors',
  splitDone: true,
  rowsTotal: 50_000,
  chunksTotal: 3,
  remaining: 0,
  rowsScored: 49_990,
  rowsFailed: 10,
  endedAt: '2026-11-20T19:00:10.000Z',
};
const summary: JobSummary = {
  jobId: job.jobId,
  attempt: 1,
  status: 'completed_with_errors',
  modelName: MODEL.name,
  model: MODEL,
  source: job.source,
  rowsTotal: 50_000,
  rowsScored: 49_990,
  rowsFailed: 10,
  chunksTotal: 3,
  chunksFailed: 0,
  failedChunks: [],
  errorCounts: [
    { code: 'not_a_number', column: 'radius', rows: 8 },
    { code: 'too_few_fields', rows: 2 },
  ],
  firstErrors: [
    { row: 3, error: { code: 'not_a_number', column: 'radius', message: '"abc" is no number', line: 5 } },
  ],
  statistics: { count: 5, mean: 0.5, m2: 1, min: 0, max: 1, tiers: { low: 1, high: 49_989 } },
  rowsNotIndexed: 0,
  results: `s3://results/results/tumours/${job.jobId}/`,
  notes: job.notes,
};

test('an ended job tells rows, speed, statistics, files, and its errors with an example', () => {
  expect(jobDetails({ job, state: ended }, summary)).toBe(`job       ${job.jobId}
status    completed with errors
model     tumours version 2 (manifest sha256 aaaaaaaaaaaa…)
source    s3://input/incoming/tumours/a.csv (1.0 KB)
versionId v1
rows      50,000: 49,990 scored, 10 with errors
chunks    3
created   2026-11-20 19:00:00 UTC by drop
time      10 s (5,000 rows/s)
scores    mean 0.5 ± 0.5, from 0 to 1
tiers     high: 49,989, low: 1
results   s3://results/results/tumours/${job.jobId}/
note      The delimiter was detected.

ERROR           COLUMN  ROWS  FOR EXAMPLE
not_a_number    radius     8  line 5: "abc" is no number
too_few_fields             2`);
});

test('vectors are told by their number and dimension', () => {
  const statistics = { count: 1234, vectors: { count: 1234, dimension: 384 } };
  const text = jobDetails({ job, state: ended }, { ...summary, statistics });
  expect(text).toContain('\nvectors   1,234 of 384 numbers\n');
  expect(text).not.toMatch(/^(scores|labels|tiers)/m);
});

test('a job that failed at once tells why, and nothing that it has not', () => {
  const { model, ...without } = aJob();
  const reason = { code: 'model_missing' as const, message: 'There is no model.' };
  const text = jobDetails(
    { job: without, state: { ...openedState(without), status: 'failed', reason } },
    undefined,
  );
  expect(text).toContain('status    failed: There is no model. [model_missing]');
  expect(text).not.toMatch(/^(rows|chunks|time|scores)/m);
});

test('a share of errors that is tolerated is told', () => {
  const tolerant = aJob({ settings: { ...job.settings, toleratedErrors: 0.05 } });
  const text = jobDetails({ job: tolerant, state: ended }, summary);
  expect(text).toContain('\ntolerates a share of 0.05 with errors\n');
});

test('a name with control characters cannot change the terminal', () => {
  const source = { ...job.source, key: 'incoming/tumours/\u001b[2J.csv' };
  expect(jobDetails({ job: aJob({ source }), state: ended }, undefined)).not.toContain('\u001b');
});

test('written-off chunks are told as ranges of rows', () => {
  const failedChunks = [
    {
      chunk: 1,
      firstRow: 20_000,
      rowCount: 20_000,
      reason: { code: 'chunk_failed' as const, message: 'No memory.' },
    },
  ];
  const text = jobDetails(
    { job, state: { ...ended, chunksFailed: 2 } },
    { ...summary, failedChunks, chunksFailed: 2 },
  );
  expect(text).toContain('chunks    3, 2 written off');
  expect(text).toContain('rows 20,000 to 39,999 written off: No memory. [chunk_failed]\n… and 1 more chunk');
});

test('the JSON form has what programs ask for, by the ledger’s names', () => {
  expect(jobJson({ job, state: ended }, summary)).toMatchObject({
    status: 'completed_with_errors',
    chunksTotal: 3,
    remaining: 0,
    rowsTotal: 50_000,
    rowsScored: 49_990,
    rowsFailed: 10,
    model: 'tumours',
    version: 2,
    source: job.source,
    notes: job.notes,
    results: summary.results,
    errorCounts: summary.errorCounts,
  });
});

test('a job that renewed another tells what changed, to people and to programs', () => {
  const renews = 'a0b1c2d3e4f5061728394a5b';
  const view = { job: { ...job, renews }, state: ended };
  const comparison: Comparison = {
    ...{ jobId: renews, rowsInCommon: 40_000, rowsOnlyBefore: 0, rowsOnlyAfter: 5 },
    difference: { count: 40_000, mean: -0.0125, sketch: { zeros: 40_000 } },
    psi: 0.25,
    tiers: { changed: 500, cells: [] },
    unavailable: [{ code: 'scores_gone', rows: 9985 }],
  };
  const lines = jobDetails(view, { ...summary, comparison }).split('\n');
  expect(lines).toContain(`renews    ${renews}`);
  expect(lines).toContain(
    'changed   40,000 rows in common, mean -0.0125, PSI 0.25, 1.3 % in another tier, 9,985 rows not compared [scores_gone]',
  );
  expect(jobJson(view, { ...summary, comparison })).toMatchObject({ renews, comparison });
});
