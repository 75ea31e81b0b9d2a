/** Opcodes, and the heads of arrays made of them. */

export const bytes = (...parts: (string | Buffer)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));

const PROTO = '\x80\x04';
export const NONE = bytes('N');
export const TRUE = bytes('\x88');
export const FALSE = bytes('\x89');
const EMPTY_TUPLE = bytes(')');
export const EMPTY_DICT = bytes('}');
export const EMPTY_FRAME = `\x95${'\0'.repeat(8)}`;
const PADDING = 3;

export const text = (value: string | Buffer) => {
  const content = Buffer.from(value as string);
  return bytes('\x8c', Buffer.from([content.length]), content);
};

export function int(value: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeInt32LE(value);
  return bytes('J', number);
}

/** LONG1: little-endian, as many bytes as it has. */
export const long = (...number: number[]) => bytes('\x8a', Buffer.from([number.length, ...number]));
export const tuple = (...values: Buffer[]) => bytes('(', ...values, 't');
export const named = (module: string, name: string) => bytes(text(module), text(name), '\x93');
export const call = (callee: Buffer, args: Buffer) => bytes(callee, args, 'R');
export const built = (instance: Buffer, state: Buffer) => bytes(instance, state, 'b');

const MINUS = int(-1);
const FLAGS = [FALSE, TRUE];
export const STATE = [int(3), text('<'), NONE, NONE, NONE, MINUS, MINUS, int(0)];

export const dtype = (name: Buffer, flags = FLAGS, state = STATE) =>
  built(call(named('numpy', 'dtype'), tuple(name, ...flags)), tuple(...state));

/** STATE with one of its parts replaced. */
export const stateWith = (index: number, part: Buffer) => STATE.with(index, part);

const FIELDS: Readonly<Record<string, Buffer>> = {
  subclass: named('numpy', 'ndarray'),
  shape: tuple(int(2), int(3)),
  order: text('C'),
  dtype: dtype(text('f8')),
  allow_mmap: TRUE,
  numpy_array_alignment_bytes: int(16),
};

interface Parts {
  /** Instead of the fields of the same names. */
  fields?: Record<string, Buffer>;
  without?: string;
  /** More keys and values. */
  also?: Buffer;
  before?: string | Buffer;
  wrapper?: Buffer;
  args?: Buffer;
  /** Instead of PROTO. */
  start?: string | Buffer;
}

/** The head of an array of 2 rows and 3 columns, with a padding of three bytes. */
export function arrayHead(parts: Parts = {}): Buffer {
  const { fields, without, also = '', before = '', args = EMPTY_TUPLE, start = PROTO } = parts;
  const { wrapper = named('joblib.numpy_pickle', 'NumpyArrayWrapper') } = parts;
  const entries = Object.entries({ ...FIELDS, ...fields }).filter(([key]) => key !== without);
  const state = entries.map(([key, value]) => bytes(text(key), value));
  const opcodes = bytes(wrapper, args, '\x81', '}(', ...state, also, 'u', 'b');
  return bytes(start, before, opcodes, Buffer.from([PADDING]), Buffer.alloc(PADDING, 0xff));
}

/** The same in a frame that ends so many bytes behind the BUILD. */
export function framedHead(tooLate = 0): Buffer {
  const opcodes = arrayHead({ start: '' });
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(opcodes.length - PADDING - 1 + tooLate));
  return bytes(PROTO, '\x95', size, opcodes);
}
