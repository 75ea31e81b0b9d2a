import {
  arrayHead,
  built,
  bytes,
  call,
  dtype,
  EMPTY_DICT,
  EMPTY_FRAME,
  FALSE,
  framedHead,
  int,
  long,
  NONE,
  named,
  STATE,
  stateWith,
  TRUE,
  text,
  tuple,
} from './opcodes.ts';

type Head = readonly [what: string, head: Buffer];

const shaped = (...lengths: Buffer[]) => arrayHead({ fields: { shape: tuple(...lengths) } });
const typed = (...parts: Parameters<typeof dtype>) => arrayHead({ fields: { dtype: dtype(...parts) } });
const TWO_TO_45 = long(0, 0, 0, 0, 0, 0x20);
const OTHER = call(named('other', 'thing'), tuple(int(1)));

/** Heads of 2 rows and 3 columns that joblib writes, or could. */
export const TAKEN: readonly Head[] = [
  ['as it is', arrayHead()],
  ...['\x02', '\x03', '\x05'].map(
    (protocol): Head => [`protocol ${protocol.charCodeAt(0)}`, arrayHead({ start: `\x80${protocol}` })],
  ),
  ['in a frame', framedHead()],
  ['behind an empty frame', arrayHead({ before: EMPTY_FRAME })],
  ['a name by two lines', arrayHead({ wrapper: bytes('cjoblib.numpy_pickle\nNumpyArrayWrapper\n') })],
  ['a shape by a tuple of two', arrayHead({ fields: { shape: bytes(int(2), int(3), '\x86') } })],
  ['a shape of long integers', shaped(long(2), long(3, 0, 0))],
  ['a type of older releases', typed(text('f8'), [int(0), int(1)])],
  ['a matrix', arrayHead({ fields: { subclass: named('numpy', 'matrix') } })],
  ['not to be mapped', arrayHead({ fields: { allow_mmap: FALSE } })],
  ['nothing of mapping', arrayHead({ without: 'allow_mmap' })],
];

/** Heads that no array in place begins with. */
export const REFUSED: readonly Head[] = [
  ['no bytes', Buffer.alloc(0)],
  ['one byte', bytes('\x80')],
  ['zeros', Buffer.alloc(512)],
  ['a text', bytes('a,b\n1,2\n')],
  ['no protocol', arrayHead({ start: '' })],
  ['protocol 1', arrayHead({ start: '\x80\x01' })],
  ['protocol 6', arrayHead({ start: '\x80\x06' })],
  ['two protocols', arrayHead({ before: '\x80\x04' })],
  ['a value that crosses the end of its frame', arrayHead({ before: `\x95\x01${'\0'.repeat(7)}` })],
  ['a frame that ends behind', framedHead(1)],
  [
    'a frame in a frame',
    bytes('\x80\x04\x95', Buffer.from([255, 0, 0, 0, 0, 0, 0, 0]), framedHead().subarray(2)),
  ],
  ['a value before', arrayHead({ before: NONE })],
  ['a mark before', arrayHead({ before: '(' })],
  ['a mark that is not there', arrayHead({ before: 't' })],
  ['nothing to remember', arrayHead({ before: 'q\0' })],
  ['nothing remembered', arrayHead({ before: 'h\0' })],
  ['the end', arrayHead({ before: '.' })],
  ['another class', arrayHead({ wrapper: named('joblib.numpy_pickle', 'NDArrayWrapper') })],
  ['a class by no text', arrayHead({ wrapper: bytes(NONE, text('NumpyArrayWrapper'), '\x93') })],
  [
    'a class by a call',
    arrayHead({ wrapper: call(named('joblib.numpy_pickle', 'NumpyArrayWrapper'), tuple()) }),
  ],
  ['arguments', arrayHead({ args: tuple(NONE) })],
  ['arguments that are no tuple', arrayHead({ args: EMPTY_DICT })],
  ['no shape', arrayHead({ without: 'shape' })],
  ['a shape that is a number', arrayHead({ fields: { shape: int(6) } })],
  ['one dimension', shaped(int(6))],
  ['three dimensions', shaped(int(1), int(2), int(3))],
  ['a negative length', shaped(int(-2), int(3))],
  ['two negative lengths', shaped(int(-2), int(-3))],
  ['a truth for a length', shaped(TRUE, int(3))],
  ['a text for a length', shaped(text('2'), int(3))],
  ['a length of 7 bytes', shaped(long(0, 0, 0, 0, 0, 0, 1), int(0))],
  ['a length of 200 bytes', shaped(long(...Array<number>(200).fill(0xff)), int(0))],
  ['a length above 2^45', shaped(long(1, 0, 0, 0, 0, 0x20), int(0))],
  ['bytes above 2^45', shaped(long(1, 0, 0, 0, 0, 0x04), int(1))],
  ['a product above 2^53', shaped(TWO_TO_45, TWO_TO_45)],
  ['another order', arrayHead({ fields: { order: text('F') } })],
  ['no order', arrayHead({ without: 'order' })],
  ['a class of arrays that is a text', arrayHead({ fields: { subclass: text('numpy:ndarray') } })],
  ['another class of arrays', arrayHead({ fields: { subclass: named('numpy.ma', 'MaskedArray') } })],
  ['another alignment', arrayHead({ fields: { numpy_array_alignment_bytes: int(32) } })],
  ['a thing in the header', arrayHead({ fields: { allow_mmap: OTHER } })],
  ['an unknown key', arrayHead({ also: bytes(text('more'), NONE) })],
  ['a key of every object', arrayHead({ also: bytes(text('__proto__'), EMPTY_DICT) })],
  ['a key of every function', arrayHead({ also: bytes(text('constructor'), NONE) })],
  ['a key twice', arrayHead({ also: bytes(text('order'), text('C')) })],
  ['a key without a value', arrayHead({ also: text('more') })],
  ['a key that is no text', arrayHead({ also: bytes(NONE, NONE) })],
  ['no type', arrayHead({ without: 'dtype' })],
  ['a type that is a text', arrayHead({ fields: { dtype: text('<f8') } })],
  [
    'a type without a state',
    arrayHead({ fields: { dtype: call(named('numpy', 'dtype'), tuple(text('f8'), FALSE, TRUE)) } }),
  ],
  ['a type with two states', arrayHead({ fields: { dtype: built(dtype(text('f8')), tuple(...STATE)) } })],
  [
    'a state of a type that is no tuple',
    arrayHead({
      fields: { dtype: built(call(named('numpy', 'dtype'), tuple(text('f8'), FALSE, TRUE)), NONE) },
    }),
  ],
  [
    'a type of another class',
    arrayHead({
      fields: {
        dtype: built(call(named('other', 'dtype'), tuple(text('f8'), FALSE, TRUE)), tuple(...STATE)),
      },
    }),
  ],
  ['a type of other flags', typed(text('f8'), [TRUE, TRUE])],
  ['a type of one flag', typed(text('f8'), [FALSE])],
  ['a type that is not named by a text', typed(int(8))],
  ...[
    'f08',
    'f8 ',
    'f8\n',
    '\ufefff8',
    'f16',
    'f1',
    'b2',
    'c8',
    'i3',
    'O8',
    'U1',
    'M8',
    'toString',
    '__proto__',
  ].map((name): Head => [`the type ${JSON.stringify(name)}`, typed(text(name))]),
  ['a type whose name is no UTF-8', typed(text(Buffer.from([0x66, 0xff])))],
  ['a state of version 4', typed(text('f8'), undefined, stateWith(0, int(4)))],
  ['a state without an order', typed(text('f8'), undefined, stateWith(1, text('|')))],
  ['a state with an order of two letters', typed(text('8'), undefined, stateWith(1, text('<f')))],
  ['a state with a part', typed(text('f8'), undefined, stateWith(2, tuple()))],
  ['a state with fields', typed(text('f8'), undefined, stateWith(4, EMPTY_DICT))],
  ['a state with a size', typed(text('f8'), undefined, stateWith(5, int(8)))],
  ['a state with flags', typed(text('f8'), undefined, stateWith(7, int(63)))],
  ['a state of nine parts', typed(text('f8'), undefined, [...STATE, NONE])],
  ['a text that does not end', arrayHead({ before: bytes('X', Buffer.alloc(4, 0xff)) })],
  ['a line that does not end', bytes('\x80\x04c', Buffer.alloc(600, 0x61))],
];

/** Heads whose opcodes grow in number, by one each, until there are too many. */
export const GROWING: readonly Buffer[] = Array.from({ length: 200 }, (_, i) =>
  arrayHead({ wrapper: bytes(named('joblib.numpy_pickle', 'NumpyArrayWrapper'), '\x94'.repeat(i)) }),
);
