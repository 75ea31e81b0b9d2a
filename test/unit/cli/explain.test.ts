import { expect, test } from 'vitest';
import type { PredictAnswer, Prediction, Score } from '../../../contracts/generated/types.ts';
import { chunkMessage } from '../../../core/chunk-message.ts';
import { openedState } from '../../../core/job.ts';
import { aChunk, aJob, MODEL, NOW } from '../factories.ts';
import { runCommand, type World } from './run-command.ts';

const job = aJob();
const view = {
  job,
  state: { ...openedState(job), status: 'completed' as const, rowsTotal: 2, chunksTotal: 1 },
};
const chunk = aChunk({ status: 'done', reference: { ...aChunk().reference, firstRow: 0, rowCount: 2 } });
const stored: Score = {
  jobId: job.jobId,
  row: 1,
  line: 3,
  recordId: 'P1',
  model: MODEL.name,
  version: MODEL.version,
  sourceTime: NOW,
  prediction: 'leaves',
  score: 0.75,
  tier: 'high',
};
const scored = { model: MODEL.name, version: MODEL.version, prediction: 'leaves', score: 0.75, tier: 'high' };
const explanation: Prediction['explanation'] = {
  of: 'leaves',
  unit: 'log-odds',
  base: -0.5,
  output: 1.098612,
  contributions: [
    { feature: 'age', value: 31, contribution: 2 },
    { feature: 'plan', value: null, contribution: -0.401388 },
  ],
};

function world(answer: Partial<PredictAnswer>, sent: unknown[] = []): World {
  return {
    view,
    chunks: [chunk],
    scores: [{ ...stored, row: 0, recordId: 'P0' }, stored],
    explained: { ok: true, runtime: 'classic', ...answer },
    sent,
  };
}

const EXPLAINED = {
  predictions: [{ ...scored, recordId: 'P1', explanation }],
  inputs: { age: 31, plan: null, city: 'Oslo' },
};

test('a record is explained by the row and chunk of its newest score, with its origin', async () => {
  const sent: unknown[] = [];
  const { stdout, stderr, exitCode } = await runCommand(
    ['explain', MODEL.name, 'P1'],
    world(EXPLAINED, sent),
  );
  expect(sent).toEqual([{ explain: chunkMessage(job, chunk), row: 1 }]);
  const line = (label: string) => stdout.split('\n').find((text) => text.startsWith(label));
  expect(line('prediction')).toBe('prediction    leaves');
  expect(line('score')).toBe('score         0.75');
  expect(line('tier')).toBe('tier          high');
  expect(line('manifest')).toBe(`manifest      sha256 ${MODEL.manifestSha256}`);
  expect(line('source')).toBe(`source        s3://${job.source.bucket}/${job.source.key}`);
  expect(line('versionId')).toBe(`versionId     ${job.source.versionId}`);
  expect(line('row')).toBe('row           1, line 3');
  expect(line('job')).toBe(`job           ${job.jobId}`);
  expect(line('explained')).toBe(
    'explained     leaves, in log-odds: base -0.5, with all contributions 1.09861',
  );
  expect(stdout).toMatch(
    /FEATURE {2}VALUE +CONTRIBUTION\nage +31 +\+2\nplan +\(missing\) +-0\.401388\ncity +Oslo\n$/,
  );
  expect([stderr.includes('otherwise'), exitCode]).toEqual([false, 0]);
});

test('--top shows the greatest alone, and how many there are', async () => {
  const { stdout } = await runCommand(['explain', MODEL.name, 'P1', '--top', '1'], world(EXPLAINED));
  expect(stdout).toMatch(/age .*\n… and 2 more: --top 3\n$/);
});

test('a row of a job needs no id; --json has all', async () => {
  const { stdout } = await runCommand(['explain', job.jobId, '--row', '1', '--json'], world(EXPLAINED));
  expect(JSON.parse(stdout)).toMatchObject({
    jobId: job.jobId,
    row: 1,
    line: 3,
    model: job.model,
    source: job.source,
    stored: { score: 0.75 },
    inputs: EXPLAINED.inputs,
    prediction: EXPLAINED.predictions[0],
    differs: [],
  });
});

test('a model that tells nothing shows inputs and origin all the same', async () => {
  const reason = { code: 'not_explainable' as const, message: 'A RandomForestClassifier tells none.' };
  const { stdout, exitCode } = await runCommand(
    ['explain', MODEL.name, 'P1'],
    world({ ok: false, predictions: [scored], inputs: EXPLAINED.inputs, reason }),
  );
  expect(stdout).toContain('not explained A RandomForestClassifier tells none. [not_explainable]');
  expect(stdout).toMatch(/FEATURE {2}VALUE\nage +31\n/);
  expect([stdout.includes('CONTRIBUTION'), exitCode]).toEqual([false, 0]);
});

test('a row with an error has the error', async () => {
  const error = { code: 'not_a_number' as const, message: 'it is none', column: 'age' };
  const { stdout } = await runCommand(
    ['explain', MODEL.name, 'P1'],
    world({ predictions: [{ model: MODEL.name, version: MODEL.version, error }] }),
  );
  expect(stdout).toContain('error         not_a_number: it is none');
  expect(stdout).not.toContain('FEATURE');
});

test.each([
  [{ score: 0.76 }, 'score 0.75 then, 0.76 now'],
  [{ prediction: 'stays' }, 'prediction leaves then, stays now'],
  [{ tier: undefined }, 'tier high then, none now'],
])('what comes out otherwise than stored is told: %o', async (other, told) => {
  const { stderr } = await runCommand(
    ['explain', MODEL.name, 'P1'],
    world({ predictions: [{ ...scored, ...other } as Prediction] }),
  );
  expect(stderr).toContain(`The row now comes out otherwise than stored: ${told}.`);
});

test('the last bits of a number are no difference', async () => {
  const { stderr } = await runCommand(
    ['explain', MODEL.name, 'P1'],
    world({ predictions: [{ ...scored, score: 0.75 + 1e-12 }] }),
  );
  expect(stderr).not.toContain('otherwise');
});

test('what cannot be read again fails with the reason, and shows the origin', async () => {
  const reason = { code: 'source_missing' as const, message: 'The source is gone.' };
  const { stdout, stderr, exitCode } = await runCommand(
    ['explain', MODEL.name, 'P1'],
    world({ ok: false, reason }),
  );
  expect(stdout).toContain(`job           ${job.jobId}`);
  expect(stderr).toContain('The row cannot be scored again: The source is gone.');
  expect(exitCode).toBe(1);
});

test.each([
  [['explain', MODEL.name], 'Name either a model and a record’s id, or a job and --row.', 2],
  [['explain', MODEL.name, 'P1', '--row', '1'], 'Name either', 2],
  [['explain', MODEL.name, 'P9'], `Model ${MODEL.name} has no score for record P9.`, 1],
  [
    ['explain', job.jobId, '--row', '2'],
    `has no row 2.\nRows count from 0, without the header: it has 2.`,
    1,
  ],
  [['explain', 'churn', '--row', '2'], 'There is no job churn', 1],
])('%j is refused with a remedy', async (argv, told, code) => {
  const { stderr, exitCode } = await runCommand(argv, world(EXPLAINED));
  expect(stderr).toContain(told);
  expect(exitCode).toBe(code);
});
