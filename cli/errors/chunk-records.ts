import { RecordScanner } from '../../core/csv/record-scanner.ts';

export interface ChunkText {
  /** The chunk's bytes: whole records, blank lines before and between them. */
  bytes: Buffer;
  /** The line on which the first byte stands. */
  firstLine: number;
  delimiter: string;
  maxRecordBytes: number;
}

export interface SourceRecord {
  /** As written, terminator included. */
  bytes: Buffer;
  /** On which it begins. */
  line: number;
}

/**
 * The wanted records of a chunk by their place in it, found by the same scanner that cut the chunk.
 *
 * @param wanted 0-based places within the chunk.
 */
export function recordsOf(
  { bytes, firstLine, delimiter, maxRecordBytes }: ChunkText,
  wanted: ReadonlySet<number>,
): Map<number, SourceRecord> {
  const records = new Map<number, SourceRecord>();
  let place = 0;
  // A chunk never begins with a byte order mark, and at byte 0 the scanner would look for one.
  const from = { byte: 1, row: 0, line: firstLine };
  const scanner = new RecordScanner({ delimiter, maxRecordBytes, from }, (behind) => {
    const { byte, line } = scanner.record;
    if (wanted.has(place))
      records.set(place, { bytes: bytes.subarray(byte - from.byte, behind - from.byte), line });
    place++;
  });
  scanner.push(bytes);
  scanner.end();
  return records;
}
