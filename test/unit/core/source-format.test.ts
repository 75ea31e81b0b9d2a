import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { recogniseFormat } from '../../../core/source-format.ts';
import { arrayFile } from '../joblib-file.ts';

const CSV = Buffer.from('id,radius\nr0,1.5\n');
const JOBLIB = arrayFile([[1, 2]]);
const ENDLESS = Buffer.concat([JOBLIB, Buffer.alloc(100_000, 7)]);
const latin1 = (text: string) => Buffer.from(text, 'latin1');

const found = (name: string, bytes: Buffer) => recogniseFormat(`incoming/m/${name}`, bytes.subarray(0, 4096));

describe('a source whose name is right is what its name says', () => {
  it.each([
    ['a.csv', CSV, 'csv'],
    ['a.TSV', CSV, 'csv'],
    ['a.csv.gz', gzipSync(CSV), 'csv.gz'],
    ['a.joblib', JOBLIB, 'joblib'],
    ['a.pkl', JOBLIB, 'joblib'],
    ['a.joblib', gzipSync(ENDLESS), 'joblib'],
    ['a.joblib.gz', gzipSync(JOBLIB), 'joblib'],
    ['a.joblib', deflateSync(ENDLESS), 'joblib'],
    ['a.joblib.z', deflateSync(JOBLIB, { level: 0 }), 'joblib'],
    ['a.joblib', latin1('BZh91AY&SY'), 'joblib'],
    ['a.joblib.xz', latin1('\xfd7zXZ\0\0'), 'joblib'],
    ['a.joblib', latin1('\x5d\0\0\x80\0'), 'joblib'],
    ['a.joblib.lz4', latin1('\x04\x22\x4d\x18'), 'joblib'],
    ['a.csv', latin1('x^2,y\n1,2\n'), 'csv'],
    ['a.csv', Buffer.alloc(0), 'csv'],
    ['a.joblib', Buffer.alloc(0), 'joblib'],
  ])('%s', (name, bytes, format) => {
    expect(found(name, bytes)).toEqual({ format, notes: [] });
  });
});

describe('a source whose name is wrong is what its bytes say, with a note', () => {
  it.each([
    ['a.csv', JOBLIB, 'joblib', /joblib\.dump writes.*read as a joblib file/],
    ['a.csv', gzipSync(JOBLIB), 'joblib', /joblib/],
    ['a.csv.gz', gzipSync(JOBLIB), 'joblib', /joblib/],
    ['a.txt', deflateSync(ENDLESS), 'joblib', /joblib/],
    ['a.joblib', CSV, 'csv', /plain text, neither.*read as CSV/],
    ['a.joblib.gz', CSV, 'csv', /plain text/],
    ['a.joblib', gzipSync(CSV), 'csv.gz', /gzip data.*compressed CSV/],
    ['a.csv', gzipSync(CSV), 'csv.gz', /gzip data/],
    ['a.csv.gz', CSV, 'csv', /plain text/],
  ])('%s', (name, bytes, format, note) => {
    const { format: is, notes } = found(name, bytes);
    expect(is).toBe(format);
    expect(notes.join()).toMatch(note);
  });
});

it.each(['cjoblib.numpy_pickle\nNumpyArrayWrapper\n', 'ccopy_reg\n_reconstructor\n(cpandas.core.frame\n'])(
  'a pickle without a mark is refused with the remedy',
  (start) => {
    expect(() => found('a.joblib', Buffer.from(start))).toThrow(
      expect.objectContaining({ code: 'joblib_refused', message: expect.stringMatching(/protocol 0 or 1/) }),
    );
  },
);

it.each(['a.xlsx', 'a', 'a.joblib.csv.zip', '.gz'])(
  '%s is refused with the endings that are known',
  (name) => {
    expect(() => found(name, CSV)).toThrow(
      expect.objectContaining({
        code: 'unsupported_format',
        message: expect.stringMatching(/\.csv.*\.joblib/),
      }),
    );
  },
);
