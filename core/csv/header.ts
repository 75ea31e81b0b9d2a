import { InputRejected } from '../errors.ts';
import { fieldsOf, type Sample, sampleRecords } from './sample.ts';

/** Where the header record stands, and the names in it, exactly as written. */
export interface Header {
  /** Byte order mark and leading blank lines excluded. */
  byteStart: number;
  /** Exclusive, terminator included: the data section begins here. */
  byteEnd: number;
  /** The line on which byteEnd stands. */
  nextLine: number;
  names: string[];
}

/**
 * Finds the header in the first bytes of a source.
 *
 * @returns undefined for a source without a record: empty, or blank lines only.
 * @throws InputRejected record_too_long where no header ends within an incomplete sample; wrong_encoding; unterminated_quote;
 * ambiguous_record.
 */
export function findHeader(sample: Sample, delimiter: string): Header | undefined {
  const [record] = sampleRecords(sample, delimiter, 1);
  if (!record) {
    if (sample.complete) return undefined;
    throw new InputRejected(
      'record_too_long',
      `No header ends within the first ${sample.bytes.length} bytes: look for a quote that is not closed, or for a file that is not CSV.`,
    );
  }
  const { byteStart, byteEnd, nextLine } = record;
  const names = fieldsOf(decoded(sample.bytes.subarray(byteStart, byteEnd)), delimiter);
  return { byteStart, byteEnd, nextLine, names };
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InputRejected(
      'wrong_encoding',
      'The header is not UTF-8: save the file as "CSV UTF-8" and drop it again.',
    );
  }
}
