import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Pipeline, thePipeline } from './pipeline.ts';

const SAMPLE = readFileSync('sample-data/breast_cancer.csv', 'utf8');
const HEADER = SAMPLE.slice(0, SAMPLE.indexOf('\n') + 1);
const FIRST_ROW = SAMPLE.slice(HEADER.length, SAMPLE.indexOf('\n', HEADER.length) + 1);

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await thePipeline();
});

describe('a file that cannot be scored fails its job, saying why and what to do', () => {
  it.each<[string, string, string | Buffer, string, RegExp]>([
    [
      'case 31: an unknown model',
      'breast-cancr',
      SAMPLE,
      'model_missing',
      /Did you mean breast-cancer\? There are: breast-cancer, /,
    ],
    [
      'case 34: a missing column',
      'breast-cancer',
      SAMPLE.replace('mean radius', 'mean radus'),
      'columns_missing',
      /"mean radius".*"mean radus"/,
    ],
    [
      'an unterminated quote',
      'breast-cancer',
      `${HEADER}${FIRST_ROW}"${FIRST_ROW}`,
      'unterminated_quote',
      /row 1.*line 3.*byte \d+/is,
    ],
    [
      'a PNG image renamed to .csv',
      'breast-cancer',
      Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
      'not_text',
      /PNG/,
    ],
    ['case 11: a single line of 2 MB', 'breast-cancer', 'x'.repeat(2_000_000), 'record_too_long', /bytes/],
    [
      'case 11: a row of 2 MB',
      'breast-cancer',
      `${HEADER}${FIRST_ROW}${'1'.repeat(2_000_000)}\n`,
      'record_too_long',
      /row 1.*1048576/is,
    ],
    [
      'case 12: UTF-16',
      'breast-cancer',
      Buffer.from(`\ufeff${SAMPLE}`, 'utf16le'),
      'wrong_encoding',
      /UTF-16.*UTF-8/s,
    ],
  ])('%s', async (what, model, body, code, message) => {
    const id = await pipeline.drop(`${what}.csv`, body, model);
    const { state } = await pipeline.ended(id);
    expect(state).toMatchObject({ status: 'failed', reason: { code } });
    expect(state.reason?.message).toMatch(message);
  });

  it.each([
    ['an empty file', ''],
    ['a header alone', HEADER],
    ['blank lines alone', '\n\n'],
  ])('case 6: %s is completed with no rows, and says so', async (what, body) => {
    const id = await pipeline.drop(`${what}.csv`, body);
    const { state } = await pipeline.ended(id);
    expect(state).toMatchObject({
      status: 'completed',
      rowsTotal: 0,
      rowsScored: 0,
      rowsFailed: 0,
      chunksTotal: 0,
    });
    expect((await pipeline.ledger.readSummary(id))?.notes.join()).toMatch(/no rows/);
  });

  it('case 35: a ragged row is an error wherever it stands, and its neighbours are scored', async () => {
    const short = FIRST_ROW.slice(0, FIRST_ROW.lastIndexOf(','));
    const body = [HEADER, `${short}\n`, FIRST_ROW, `${FIRST_ROW.trimEnd()},1\n`, FIRST_ROW, short].join('');
    const id = await pipeline.drop('ragged.csv', body);
    expect((await pipeline.ended(id)).state).toMatchObject({
      status: 'completed_with_errors',
      rowsScored: 2,
      rowsFailed: 3,
    });
    const errors = (await pipeline.scoresOf(id, 5)).map(({ line, error }) => [line, error?.code]);
    expect(errors).toEqual([
      [2, 'too_few_fields'],
      [3, undefined],
      [4, 'too_many_fields'],
      [5, undefined],
      [6, 'too_few_fields'],
    ]);
  });
});
