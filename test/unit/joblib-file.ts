/** What `joblib.dump` writes before the numbers of a float64 array. */
export function arrayHead(rows: number, columns: number, order: 'C' | 'F' = 'C'): Buffer {
  const pickle = Buffer.from(
    '\x80\x04\x95\0\0\0\0\0\0\0\0\x8c\x13joblib.numpy_pickle\x94\x8c\x11NumpyArrayWrapper\x94\x93\x94)\x81\x94}\x94(' +
      `\x8c\x08subclass\x94\x8c\x05numpy\x94\x8c\x07ndarray\x94\x93\x94\x8c\x05shape\x94${integer(rows)}${integer(columns)}\x86\x94` +
      `\x8c\x05order\x94\x8c\x01${order}\x94\x8c\x05dtype\x94h\x06\x8c\x05dtype\x94\x93\x94\x8c\x02f8\x94\x89\x88\x87\x94R\x94(K\x03\x8c\x01<\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0t\x94b` +
      '\x8c\nallow_mmap\x94\x88\x8c\x1bnumpy_array_alignment_bytes\x94K\x10ub',
    'latin1',
  );
  // The frame: all that follows its own length.
  pickle.writeBigUInt64LE(BigInt(pickle.length - 11), 3);
  const padding = 16 - ((pickle.length + 1) % 16);
  return Buffer.concat([pickle, Buffer.from([padding]), Buffer.alloc(padding, 0xff)]);
}

/** The bytes that `joblib.dump` writes for a float64 array. */
export function arrayFile(rows: readonly (readonly number[])[], order: 'C' | 'F' = 'C'): Buffer {
  const numbers = Buffer.from(new Float64Array(rows.flat()).buffer);
  return Buffer.concat([arrayHead(rows.length, rows[0]?.length ?? 0, order), numbers, Buffer.from('.')]);
}

/** BININT1, BININT2 or BININT, as Python's pickler chooses. */
function integer(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  if (value < 256) return `K${bytes.toString('latin1', 0, 1)}`;
  return value < 65_536 ? `M${bytes.toString('latin1', 0, 2)}` : `J${bytes.toString('latin1')}`;
}
