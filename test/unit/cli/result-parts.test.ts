import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openedState } from '../../../core/job.ts';
import { readResultPart } from '../../../core/scores/result-parts.ts';
import { aJob } from '../factories.ts';
import { aManifest } from './manifest.ts';

const view = { job: aJob(), state: openedState(aJob()) };
const read = (text: string, manifest = aManifest()) => readResultPart(gzipSync(text), view, manifest);

test('rows of a result file become scores with the types that the manifest tells', async () => {
  const [score] = await read(
    'row,line,patient,prediction,score,proba_0,proba_1,error_code,error_column,error_message\n0,2,00123,1,0.75,0.25,0.75,,,\n',
  );
  expect(score).toMatchObject({ row: 0, line: 2, recordId: '00123', prediction: 1, score: 0.75 });
  expect(score?.probabilities).toEqual({ '0': 0.25, '1': 0.75 });
});

test('a class that is text is no number', async () => {
  const manifest = aManifest({ output: { kind: 'multiclass', classes: ['1', 'b'] } });
  expect((await read('row,line,patient,prediction\n0,2,a,1\n', manifest))[0]?.prediction).toBe('1');
});

test('an error keeps its code, column and message', async () => {
  const text =
    'row,line,patient,prediction,error_code,error_column,error_message\n3,5,a,,not_a_number,radius,"two\nlines"\n';
  expect((await read(text))[0]).toMatchObject({
    row: 3,
    error: { code: 'not_a_number', column: 'radius', message: 'two\nlines', line: 5 },
  });
});

test('a labelled class is its label, and a column of the source cannot pass for one of ours', async () => {
  const manifest = aManifest({
    passthrough: ['score'],
    output: { kind: 'binary', classes: [0, 1], labels: { '0': 'malignant' } },
  });
  const text =
    'row,line,patient,prediction,score,proba_malignant,proba_1,error_code,error_column,error_message,source_score\n';
  expect((await read(`${text}0,2,a,malignant,0.75,0.75,0.25,,,,theirs\n`, manifest))[0]).toMatchObject({
    prediction: 'malignant',
    score: 0.75,
    probabilities: { malignant: 0.75, '1': 0.25 },
    passthrough: { score: 'theirs' },
  });
});

test('a cluster is a number, and its strength the score', async () => {
  const manifest = aManifest({ output: { kind: 'cluster' } });
  const [score] = await read('row,line,patient,prediction,score\n0,2,a,-1,0.0\n', manifest);
  expect(score).toMatchObject({ prediction: -1, score: 0 });
});

test('a vector comes back as its numbers, and there is no prediction', async () => {
  const manifest = aManifest({ output: { kind: 'embedding', dimension: 3 } });
  const [score] = await read('row,line,patient,vector\n0,2,a,"[0.1,0.0,1e-10]"\n', manifest);
  expect(score?.vector).toEqual([0.1, 0, 1e-10]);
  expect(score).not.toHaveProperty('prediction');
});

test('the golden rows tell which of several outputs is a label; else what reads as a number is one', async () => {
  const text = 'row,line,patient,output_n,output_code,output_on,output_\n0,2,a,7,007,true,x\n';
  const output = { kind: 'multi' as const, names: ['n', 'code', 'on', ''] };
  const golden = { rows: [[1]], outputs: [{ outputs: [1, '0', false, 'y'] }], tolerance: 0 };
  const outputs = { n: 7, code: '007', on: true, '': 'x' };
  expect((await read(text, aManifest({ output, golden })))[0]?.outputs).toEqual(outputs);
  expect((await read(text, aManifest({ output })))[0]?.outputs).toEqual({ ...outputs, code: 7, on: 'true' });
});
