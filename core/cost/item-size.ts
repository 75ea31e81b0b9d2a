/** A number with as many digits as most doubles have. */
export const LONG_NUMBER = 0.12345678901234566;

const UNIT_BYTES = 1024;
export const READ_UNIT_BYTES = 4096;
const CONTAINER_BYTES = 3;
const ENTRY_BYTES = 1;

/** Write units of an item, in a write of its own; in a transaction twice as many. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / UNIT_BYTES));

/** Read units of so many bytes that are read consistently. */
export const readUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));

/** Bytes of an item, by the rules of DynamoDB’s developer guide: names and texts in UTF-8, two digits of a number in a byte. */
export const itemBytes = (item: object): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

function valueBytes(value: unknown): number {
  if (typeof value === 'number') return numberBytes(value);
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value))
    return value.reduce((sum, item) => sum + ENTRY_BYTES + valueBytes(item), CONTAINER_BYTES);
  if (value === null || typeof value !== 'object') return 1;
  return CONTAINER_BYTES + ENTRY_BYTES * Object.keys(value).length + itemBytes(value);
}

/** A byte for two digits, in pairs from the decimal point, and one for the exponent; one more below zero. */
function numberBytes(value: number): number {
  if (value === 0) return 1;
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '').length;
  const isOddPower = Number(power) % 2 !== 0;
  const pairs = Math.ceil((digits + (isOddPower ? 0 : 1)) / 2);
  return 1 + pairs + (value < 0 ? 1 : 0);
}
