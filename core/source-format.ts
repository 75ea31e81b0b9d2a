import { constants, gunzipSync, inflateSync } from 'node:zlib';
import { InputRejected } from './errors.ts';

/** What the bytes of a source are. A joblib file is a pickle, plain or compressed by joblib. */
export type SourceFormat = 'csv' | 'csv.gz' | 'joblib';

/** First bytes of a source that are enough to tell its format. */
export const FORMAT_HEAD_BYTES = 4096;

const NAMED: readonly [RegExp, SourceFormat][] = [
  [/\.(csv|tsv|tab|txt)$/i, 'csv'],
  [/\.(csv|tsv|tab|txt)\.gz$/i, 'csv.gz'],
  [/\.(joblib|pkl|pickle)(\.(gz|gzip|z|zlib|bz2|lzma|xz|lz4))?$/i, 'joblib'],
];

const WORDS: Record<SourceFormat, string> = {
  csv: 'plain text, neither compressed nor a joblib file',
  'csv.gz': 'gzip data',
  joblib: 'a pickle, as joblib.dump writes it',
};

/**
 * Tells a source's format by its content. The name has to be one that is known, so that not just any file is scored; where it
 * says something else than the content, the content counts, and a note says so.
 *
 * @param head the source's first bytes.
 * @throws InputRejected unsupported_format.
 */
export function recogniseFormat(key: string, head: Buffer): { format: SourceFormat; notes: string[] } {
  const file = key.split('/').at(-1) ?? key;
  const named = NAMED.find(([ending]) => ending.test(file))?.[1];
  if (!named) {
    const message = `${file} has no ending that is known: name it .csv, .tsv, .csv.gz, .tsv.gz or .joblib and drop it again.`;
    throw new InputRejected('unsupported_format', message);
  }
  const format = head.length === 0 ? named : contentOf(head, named);
  if (format === named) return { format, notes: [] };
  const readAs = format === 'csv' ? 'CSV' : format === 'csv.gz' ? 'compressed CSV' : 'a joblib file';
  return {
    format,
    notes: [`The file is ${WORDS[format]}, whatever its name says: it was read as ${readAs}.`],
  };
}

/**
 * Of what begins like bzip2, xz or LZMA only the name can tell what is in it, since Node inflates none of these; the old formats
 * of joblib and lz4 are known by the decoder, which refuses them with the remedy.
 */
function contentOf(head: Buffer, named: SourceFormat): SourceFormat {
  if (isOldPickle(head)) throw oldPickle();
  if (isPickle(head)) return 'joblib';
  if (isGzip(head)) return isPickle(inflated(head, gunzipSync)) ? 'joblib' : 'csv.gz';
  if (isZlib(head) && isPickle(inflated(head, inflateSync))) return 'joblib';
  return named === 'joblib' && isNamedBy(head) ? 'joblib' : 'csv';
}

/** The opcode PROTO with a protocol that has one: 2 to 5. */
const isPickle = (bytes: Buffer) =>
  bytes[0] === 0x80 && bytes[1] !== undefined && bytes[1] >= 2 && bytes[1] <= 5;

/** Protocols 0 and 1 begin without a mark; what stands at the start of what joblib writes in them is the name of its class. */
const isOldPickle = (bytes: Buffer) =>
  /^[c(]/.test(bytes.toString('latin1', 0, 1)) &&
  /^\(?c(joblib\.numpy_pickle|copy_reg|numpy\.core|pandas\.core)[\w.]*\n/.test(
    bytes.toString('latin1', 0, 64),
  );

function oldPickle(): InputRejected {
  const message =
    'The file is a pickle of protocol 0 or 1: save it again with joblib.dump and without a protocol, and drop it again.';
  return new InputRejected('joblib_refused', message);
}

const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** RFC 1950, section 2.2: deflate with a window of 32 KiB, and a check that makes the first two bytes a multiple of 31. */
const isZlib = (bytes: Buffer) => bytes[0] === 0x78 && bytes.length > 1 && bytes.readUInt16BE(0) % 31 === 0;

const BY_NAME = ['BZh', '\xfd7zXZ\0', '\x5d\0\0', 'ZF', '\x04\x22\x4d\x18'];

const isNamedBy = (bytes: Buffer) =>
  BY_NAME.some((start) => bytes.toString('latin1', 0, start.length) === start);

/** What the beginning of compressed data inflates to; nothing where that fails. */
function inflated(head: Buffer, inflate: typeof gunzipSync): Buffer {
  try {
    return inflate(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}
