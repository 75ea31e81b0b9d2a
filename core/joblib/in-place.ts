import type { Matrix } from '../../contracts/generated/types.ts';
import { firstBuilt } from './pickle-head.ts';
import { Global, Instance, Unreadable, type Value } from './pickle-machine.ts';

/** How many of a file's first bytes `inPlace` looks at. */
export const MATRIX_HEAD_BYTES = 512;

const WRAPPER = 'joblib.numpy_pickle:NumpyArrayWrapper';
const ARRAYS = ['numpy:ndarray', 'numpy:matrix', 'numpy:memmap', 'numpy.core.memmap:memmap'];
const KEYS = ['subclass', 'shape', 'order', 'dtype', 'allow_mmap', 'numpy_array_alignment_bytes'];
const ALIGNMENT = 16;
/** Bytes, or rows, or columns: their products are exact numbers. */
const LARGEST = 2 ** 45;
const NUMBER = /^(b1|[iu][1248]|f[248])$/;
/** A type is not aligned, and is a copy. */
const FLAGS = [
  [false, true],
  // Before numpy 1.20.
  [0, 1],
];
/** No part, names or fields; size, alignment and flags are those of the type's text. */
const PLAIN = [null, null, null, -1, -1, 0];

/**
 * Where the rows of an array lie in its joblib file, so that a range of rows is a range of bytes. The twin of Python's
 * `tests/in_place.py`, which spells out what joblib writes; what this one accepts, that one accepts, with the same result.
 *
 * The caller has to check that the file has `fileBytes` bytes and ends with `.`; if not, more than an array is in it.
 *
 * @param head The file's first MATRIX_HEAD_BYTES bytes, or all of them if it has fewer; any bytes whatever. More are not looked at.
 * @returns undefined for what is compressed, no joblib file, of Fortran's order, or no array of two dimensions of truths or
 * numbers.
 */
export function inPlace(head: Buffer): Matrix | undefined {
  const bytes = head.subarray(0, MATRIX_HEAD_BYTES);
  try {
    const { instance, end } = firstBuilt(WRAPPER, bytes);
    return instance.args.length === 0 ? placed(instance.state, bytes, end) : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** Bytes a row. */
export function rowBytes({ dtype, columns }: Matrix): number {
  return columns * itemBytes(dtype);
}

/** Bytes of a file that holds this array and nothing else: one opcode follows the last row. */
export function fileBytes(matrix: Matrix): number {
  return matrix.offset + matrix.rows * rowBytes(matrix) + 1;
}

const itemBytes = (dtype: string) => Number(dtype.slice(2));

/** @param end Where the items begin; or, since joblib 1.2, a byte that counts the padding before them. */
function placed(state: Value | undefined, bytes: Buffer, end: number): Matrix | undefined {
  if (!(state instanceof Map) || [...state.keys()].some((key) => !KEYS.includes(key))) return undefined;
  const subclass = state.get('subclass');
  if (!(subclass instanceof Global) || !ARRAYS.includes(subclass.name)) return undefined;
  if (state.get('order') !== 'C' || typeof (state.get('allow_mmap') ?? false) !== 'boolean') return undefined;
  const dtype = dtypeOf(state.get('dtype'));
  const shape = shapeOf(state.get('shape'));
  if (!dtype || !shape || shape.rows * shape.columns * itemBytes(dtype) > LARGEST) return undefined;
  const alignment = state.get('numpy_array_alignment_bytes') ?? null;
  if (alignment === null) return { dtype, ...shape, offset: end };
  const padding = bytes[end];
  if (alignment !== ALIGNMENT || padding === undefined) return undefined;
  return { dtype, ...shape, offset: end + 1 + padding };
}

function shapeOf(value: Value | undefined): Pick<Matrix, 'rows' | 'columns'> | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [rows, columns] = value;
  return isLength(rows) && isLength(columns) ? { rows, columns } : undefined;
}

const isLength = (value: Value | undefined): value is number =>
  typeof value === 'number' && value >= 0 && value <= LARGEST;

/** As numpy writes a type in full, if it is one of truths or numbers and all that its pickle says agrees. */
function dtypeOf(value: Value | undefined): string | undefined {
  if (!(value instanceof Instance) || value.callee !== 'numpy:dtype') return undefined;
  const [text, ...flags] = value.args;
  if (typeof text !== 'string' || !NUMBER.test(text)) return undefined;
  if (!FLAGS.some((written) => isSame(flags, written))) return undefined;
  const [version, order, ...rest] = Array.isArray(value.state) ? value.state : [];
  if (version !== 3 || !isSame(rest, PLAIN)) return undefined;
  const isOrder = text.endsWith('1') ? order === '|' : order === '<' || order === '>';
  return isOrder ? `${order}${text}` : undefined;
}

const isSame = (values: readonly Value[], expected: readonly Value[]) =>
  values.length === expected.length && values.every((value, i) => value === expected[i]);
