import { InputRejected } from '../errors.ts';
import type { Sample } from './sample.ts';

interface Format {
  name: string;
  /** How such a file starts, as Latin-1 text. */
  starts: readonly string[];
  /** Letters that could begin a header as well: the byte behind them must be one that no text has. */
  letters?: true;
  remedy: string;
}

const EXPORT = 'export its table as CSV (UTF-8) and drop that.';
const EXPORT_OR_NAME =
  'export its table as CSV (UTF-8) and drop that; or, if joblib.dump wrote it, name it .joblib and drop it again.';
const UNPACK = 'unpack it and drop the CSV in it.';
const UNPACK_OR_NAME =
  'unpack it and drop the CSV in it; or, if joblib.dump wrote it, name it .joblib and drop it again.';
const NOT_DATA = 'drop a CSV or joblib file.';

const FORMATS: readonly Format[] = [
  { name: 'a PNG image', starts: ['\x89PNG\r\n\x1a\n'], remedy: NOT_DATA },
  { name: 'a JPEG image', starts: ['\xff\xd8\xff'], remedy: NOT_DATA },
  { name: 'a GIF image', starts: ['GIF87a', 'GIF89a'], remedy: NOT_DATA },
  { name: 'a PDF document', starts: ['%PDF-'], remedy: EXPORT },
  {
    name: 'a zip archive or an Excel workbook (.xlsx)',
    starts: ['PK\x03\x04', 'PK\x05\x06'],
    remedy: EXPORT,
  },
  { name: 'an old Excel or Office document', starts: ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'], remedy: EXPORT },
  { name: 'gzip data inside gzip data', starts: ['\x1f\x8b\x08'], remedy: UNPACK },
  {
    name: 'bzip2 data',
    starts: [...'123456789'].map((level) => `BZh${level}1AY&SY`),
    remedy: UNPACK_OR_NAME,
  },
  { name: 'xz data', starts: ['\xfd7zXZ\0'], remedy: UNPACK_OR_NAME },
  { name: 'zstd data', starts: ['\x28\xb5\x2f\xfd'], remedy: UNPACK },
  { name: 'lz4 data', starts: ['\x04\x22\x4d\x18'], remedy: UNPACK },
  { name: 'a 7-Zip archive', starts: ['7z\xbc\xaf\x27\x1c'], remedy: UNPACK },
  { name: 'a Parquet file', starts: ['PAR1'], letters: true, remedy: EXPORT },
  { name: 'an Arrow or Feather file', starts: ['ARROW1', 'FEA1'], letters: true, remedy: EXPORT },
  { name: 'an ORC file', starts: ['ORC'], letters: true, remedy: EXPORT },
  { name: 'an Avro file', starts: ['Obj\x01'], remedy: EXPORT },
  { name: 'an HDF5 file', starts: ['\x89HDF\r\n\x1a\n'], remedy: EXPORT },
  { name: 'a numpy array (.npy)', starts: ['\x93NUMPY'], remedy: 'save it with joblib.dump and drop that.' },
  { name: 'a SQLite database', starts: ['SQLite format 3\0'], remedy: EXPORT },
  { name: 'a program (ELF)', starts: ['\x7fELF'], remedy: NOT_DATA },
];

const LOOKED_AT = 4096;

/**
 * Recognises by the first bytes of a source what cannot be read as UTF-8 CSV. HTML and JSON are text: their header lacks the
 * model's columns, and that is how they are told. NUL and other control characters may stand in a cell.
 *
 * @throws InputRejected wrong_encoding, not_text.
 */
export function refuseBinary(sample: Sample): void {
  const bytes = sample.bytes.subarray(0, LOOKED_AT);
  const encoding = encodingOf(bytes);
  if (encoding) {
    const message = `The file is ${encoding}, not UTF-8: save it as "CSV UTF-8" and drop it again.`;
    throw new InputRejected('wrong_encoding', message);
  }
  const text = bytes.toString('latin1');
  const format = FORMATS.find(({ starts, letters }) =>
    starts.some((start) => text.startsWith(start) && !(letters && isTextByte(bytes[start.length]))),
  );
  if (format) throw notText(format.name, format.remedy);
  if (isBinary(bytes)) throw notText('binary data', EXPORT_OR_NAME);
}

const notText = (what: string, remedy: string) =>
  new InputRejected('not_text', `The file is ${what}, whatever its name says: ${remedy}`);

function encodingOf(bytes: Buffer): string | undefined {
  const mark = bytes.toString('latin1', 0, 4);
  if (mark === '\xff\xfe\0\0' || mark === '\0\0\xfe\xff') return 'UTF-32 text';
  if (mark.startsWith('\xff\xfe') || mark.startsWith('\xfe\xff')) return 'UTF-16 text';
  return hasAlternateNuls(bytes) ? 'UTF-16 text without a byte order mark' : undefined;
}

/** Latin text in UTF-16 has a NUL in nearly every second place, and hardly any in the others. */
function hasAlternateNuls(bytes: Buffer): boolean {
  const pairs = Math.floor(bytes.length / 2);
  if (pairs < 4) return false;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < pairs * 2; i += 2) {
    if (bytes[i] === 0) even++;
    if (bytes[i + 1] === 0) odd++;
  }
  return Math.max(even, odd) > pairs * 0.6 && Math.min(even, odd) < pairs * 0.1;
}

/** A tenth of control characters is more than any text has, and less than compressed or numeric data has. */
function isBinary(bytes: Buffer): boolean {
  const control = bytes.filter((byte) => byte < 0x20 && !isTextByte(byte)).length;
  return control >= 8 && control > bytes.length / 10;
}

/** ASCII text and white space; nothing at all counts as well. */
const isTextByte = (byte = 0x0a) => (byte >= 0x09 && byte <= 0x0d) || (byte >= 0x20 && byte < 0x7f);
