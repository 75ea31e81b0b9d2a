import { readFileSync } from 'node:fs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeAll, expect, it } from 'vitest';
import type { Explanation, PredictAnswer } from '../../contracts/generated/types.ts';
import { parseContract } from '../../contracts/validate.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const [HEADER = '', ...ROWS] = readFileSync('sample-data/breast_cancer.csv', 'utf8').trimEnd().split('\n');
const FEATURES = HEADER.split(',').slice(1);

let pipeline: Pipeline;
let cli: CommandLine;
let job: string;
beforeAll(async () => {
  pipeline = await thePipeline();
  cli = commandLine(pipeline.stack);
  const bad = ROWS[1]?.replace(',', ',x');
  job = await pipeline.drop('explained.csv', `${[HEADER, ROWS[0], bad, ...ROWS.slice(2, 9)].join('\n')}\n`);
  await pipeline.ended(job);
});

async function explained(...args: string[]) {
  const { code, stdout, stderr } = await cli('explain', ...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

function expectToAddUp({ base, output, contributions }: Explanation, score: number) {
  const sum = contributions.reduce((total, { contribution }) => total + contribution, base);
  expect(sum).toBeCloseTo(output, 9);
  expect(1 / (1 + Math.exp(-output))).toBeCloseTo(score, 9);
}

it('explains the newest score of a record: what it was made of, and from what', async () => {
  const [row] = await pipeline.scoresOf(job, 1);
  const told = await explained('breast-cancer', String(row?.recordId));
  const { job: pinned } = await pipeline.ended(job);
  expect(told).toMatchObject({ jobId: job, row: 0, line: 2, model: pinned.model, source: pinned.source });
  expect([told.stored.score, told.differs]).toEqual([row?.score, []]);
  expect(Object.keys(told.inputs)).toEqual(FEATURES);
  expect(told.inputs['mean radius']).toBe(Number(ROWS[0]?.split(',')[1]));
  expect(told.prediction.explanation.of).toBe('malignant');
  expectToAddUp(told.prediction.explanation, Number(row?.score));

  const { stdout } = await cli('explain', 'breast-cancer', String(row?.recordId), '--top', '3');
  expect(stdout).toMatch(/explained +malignant, in log-odds: base/);
  expect(stdout).toMatch(/\nFEATURE.*\n.*\n.*\n.*\n… and 27 more: --top 30\n$/);
});

it('shows the error of a row that has one', async () => {
  const { prediction, differs } = await explained(job, '--row', '1');
  expect(prediction.error).toMatchObject({ code: 'not_a_number', line: 3 });
  expect(differs).toEqual([]);
});

it.each(['test_features.joblib', 'test_features_compressed.joblib', 'test_features_array.joblib'])(
  'explains a row of %s',
  async (name) => {
    const id = await pipeline.drop(
      `explained/${name}`,
      readFileSync(`.dropscore/sample-data/joblib/${name}`),
    );
    await pipeline.ended(id);
    const { prediction, stored, differs } = await explained(id, '--row', '17');
    expect([differs, stored.line]).toEqual([[], undefined]);
    expectToAddUp(prediction.explanation, stored.score);
  },
);

it('predicts records at once, with what their rows get in a file', async () => {
  const { job: pinned } = await pipeline.ended(job);
  const records = [ROWS[0], ROWS[1], ROWS[2]].map((row) => {
    const [sample_id, ...cells] = String(row).split(',');
    return { sample_id, ...Object.fromEntries(FEATURES.map((name, i) => [name, Number(cells[i])])) };
  });
  const request = {
    predict: pinned.model,
    records: [records[0], { ...records[1], 'mean radius': 'x13' }, { ...records[2], agee: 1 }],
    explain: true,
  };
  const runtime = JSON.parse(pipeline.resources.runtimes).classic.function;
  const { Payload, FunctionError } = await new LambdaClient(pipeline.aws).send(
    new InvokeCommand({ FunctionName: runtime, Payload: JSON.stringify(request) }),
  );
  expect(FunctionError).toBeUndefined();
  const answer: PredictAnswer = parseContract(
    'predict-answer',
    JSON.parse(Buffer.from(Payload ?? []).toString()),
  );
  const [first, second, third] = answer.predictions ?? [];
  const [row0, , row2] = await pipeline.scoresOf(job, 3);
  expect([first?.score, third?.score]).toEqual([
    expect.closeTo(Number(row0?.score), 12),
    expect.closeTo(Number(row2?.score), 12),
  ]);
  expect(first?.recordId).toBe(row0?.recordId);
  expect(second?.error).toMatchObject({ code: 'not_a_number', column: 'mean radius' });
  expect(answer.unknownFields).toEqual(['agee']);
  expectToAddUp(first?.explanation as Explanation, Number(row0?.score));
});
