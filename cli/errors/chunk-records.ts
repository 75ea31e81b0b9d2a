import { RecordScanner } from '../../core/csv/record-scanner.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

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
  let start = { byte: 0, line: firstLine };
  // A chunk never begins with a byte order mark, and at byte 0 the scanner would look for one.
  const from = { byte: 1, row: 0, line: firstLine };
  const scanner = new RecordScanner({ delimiter, maxRecordBytes, from }, (behind, line) => {
    const end = behind - from.byte;
    if (wanted.has(place)) {
      const first = behindBlankLines(bytes, start, delimiter);
      records.set(place, { bytes: bytes.subarray(first.byte, end), line: first.line });
    }
    start = { byte: end, line };
    place++;
  });
  scanner.push(bytes);
  scanner.end();
  return records;
}

/** Blank lines belong to no record; the scanner counts them to the one behind them. */
function behindBlankLines(bytes: Buffer, from: { byte: number; line: number }, delimiter: string) {
  const tabIsBlank = delimiter !== '\t';
  let { byte: lineStart, line } = from;
  for (let i = from.byte; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === LF || byte === CR) {
      if (byte === CR || bytes[i - 1] !== CR || i === from.byte) line++;
      lineStart = i + 1;
    } else if (byte !== SPACE && !(byte === TAB && tabIsBlank)) break;
  }
  return { byte: lineStart, line };
}
