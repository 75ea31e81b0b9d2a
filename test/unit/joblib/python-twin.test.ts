import { beforeAll, describe, expect, test } from 'vitest';
import type { Matrix } from '../../../contracts/generated/types.ts';
import { fileBytes, inPlace, MATRIX_HEAD_BYTES, rowBytes } from '../../../core/joblib/in-place.ts';
import { pythonIsThere } from '../../fuzz/against-pandas.ts';
import { GROWING, REFUSED, TAKEN } from './hand-made-heads.ts';
import { mutantsOf } from './mutants.ts';
import { type JoblibFile, joblibFiles, pythonInPlace } from './python-twin.ts';

const FILES_OF_THE_CORPUS = 716;
/** Of each of the six sets of libraries 20: 17 kinds of arrays, and floats by three protocols. */
const IN_PLACE_IN_THE_CORPUS = 120;
const MUTANTS = 12_000;
const STOP = '.'.charCodeAt(0);

type Placed = JoblibFile & { matrix: Matrix };

const headOf = ({ bytes }: JoblibFile) => bytes.subarray(0, MATRIX_HEAD_BYTES);

describe.runIf(pythonIsThere)('as the Python twin says', () => {
  let files: JoblibFile[];
  let placed: Placed[];

  beforeAll(async () => {
    files = await joblibFiles();
    placed = files.flatMap((file) => {
      const matrix = inPlace(headOf(file));
      return matrix ? [{ ...file, matrix }] : [];
    });
  });

  test('of every file that joblib writes uncompressed', async () => {
    const plain = files.filter(({ bytes }) => bytes[0] === 0x80);
    const expected = await pythonInPlace(plain.map(headOf));
    const found = plain.map((file) => [file.name, inPlace(headOf(file)) ?? null]);
    expect(found).toEqual(plain.map(({ name }, i) => [name, expected[i]]));
  });

  test('of enough files', () => {
    const isOfCorpus = ({ name }: JoblibFile) => name.startsWith('pandas-');
    expect(files.filter(isOfCorpus)).toHaveLength(FILES_OF_THE_CORPUS);
    expect(placed.filter(isOfCorpus)).toHaveLength(IN_PLACE_IN_THE_CORPUS);
    const made = files.filter((file) => !isOfCorpus(file)).map(({ name }) => name);
    const elsewhere = made.filter((name) => /^elsewhere|protocol [01]$/.test(name));
    expect(placed.filter((file) => !isOfCorpus(file)).map(({ name }) => name)).toEqual(
      made.filter((name) => !elsewhere.includes(name)),
    );
  });

  test('a file of anything else besides does not end where the rows do', () => {
    const isWhole = ({ bytes, matrix }: Placed) =>
      fileBytes(matrix) === bytes.length && bytes.at(-1) === STOP;
    expect(placed.filter((file) => !isWhole(file)).map(({ name }) => name)).toEqual(['more behind it']);
  });

  test.each([
    'counted, protocol 2',
    'counted, protocol 4',
    'counted, <f8',
    'counted, >f8',
    'counted, to a pipe',
  ])('a row read in its place is that row: %s', (name) => {
    const { bytes, matrix } = placed.find((file) => file.name === name) as Placed;
    const row = bytes.subarray(matrix.offset + 3 * rowBytes(matrix)).subarray(0, rowBytes(matrix));
    const view = new DataView(row.buffer, row.byteOffset, row.length);
    const cells = Array.from({ length: matrix.columns }, (_, column) =>
      view.getFloat64(column * 8, matrix.dtype[0] === '<'),
    );
    expect(cells).toEqual([15, 16, 17, 18, 19]);
  });

  test('of hand-made heads', async () => {
    const heads = [...TAKEN, ...REFUSED].map(([, head]) => head);
    expect(await disagreements(heads)).toEqual([]);
    const growing = await pythonInPlace([...GROWING]);
    expect(GROWING.map((head) => inPlace(head) ?? null)).toEqual(growing);
  });

  test('of damaged heads', async () => {
    const heads = placed.map(({ bytes, matrix }) => bytes.subarray(0, matrix.offset));
    heads.push(...TAKEN.map(([, head]) => head));
    const mutants = mutantsOf(heads, MUTANTS, 2026);
    expect(mutants.filter((head) => inPlace(head)).length).toBeGreaterThan(MUTANTS / 50);
    expect(await disagreements(mutants)).toEqual([]);
  });
});

/** Heads that are an array in place here, and something else to Python. */
async function disagreements(heads: readonly Buffer[]): Promise<unknown[]> {
  const expected = await pythonInPlace(heads);
  return heads.flatMap((head, i) => {
    const found = inPlace(head);
    const isFine = found === undefined || JSON.stringify(found) === JSON.stringify(expected[i]);
    return isFine ? [] : [{ head: head.toString('base64'), found, expected: expected[i] }];
  });
}
