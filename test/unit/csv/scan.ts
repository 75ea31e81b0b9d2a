import { RecordScanner } from '../../../core/csv/record-scanner.ts';

/** The text in pieces of the given sizes, in turn. */
export function* inPieces(text: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const size = sizes[turn % sizes.length] ?? text.length;
    yield text.subarray(at, at + size);
    at += size;
  }
}

export interface ScannedRecord {
  text: string;
  row: number;
  line: number;
}

/** The records of a text, each as `line: text`, however the text is cut into buffers. */
export function scan(
  text: Buffer,
  sizes: readonly number[],
  delimiter = ',',
  maxRecordBytes = 1 << 20,
): ScannedRecord[] {
  const records: ScannedRecord[] = [];
  const from = { byte: 0, row: 0, line: 1 };
  const scanner = new RecordScanner({ delimiter, maxRecordBytes, from }, (end) => {
    const { byte, row, line } = scanner.record;
    records.push({ text: text.toString('utf8', byte, end), row, line });
  });
  for (const piece of inPieces(text, sizes)) scanner.push(piece);
  scanner.end();
  return records;
}
