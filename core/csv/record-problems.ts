import { InputRejected } from '../errors.ts';
import type { RecordPosition } from './record-scanner.ts';

/** Without its values: messages end in logs and tickets. */
export function recordTooLong(record: RecordPosition, limit: number): InputRejected {
  const what = `${capitalised(described(record))} is longer than ${limit} bytes, the blank lines before it counted`;
  const remedy = 'look for a quote that is not closed, or drop the file without this record.';
  return new InputRejected('record_too_long', `${what}: ${remedy}`);
}

export function unterminatedQuote(
  record: RecordPosition,
  quote: { byte: number; line: number },
): InputRejected {
  const what = `The quote at byte ${quote.byte} on line ${quote.line}, in ${described(record)} is never closed`;
  const remedy = 'close it, or double it where it belongs to the value.';
  return new InputRejected('unterminated_quote', `${what}: ${remedy}`);
}

export function ambiguousRecord(record: RecordPosition): InputRejected {
  const what = `${capitalised(described(record))} begins with the delimiter, behind a blank line that a lone CR ends`;
  const remedy = 'remove the blank line, or end lines with LF or CRLF.';
  return new InputRejected('ambiguous_record', `${what}, and readers disagree on its first field: ${remedy}`);
}

const described = ({ row, line, byte }: RecordPosition) =>
  `${row < 0 ? 'the header' : `row ${row}`}, which begins on line ${line} at byte ${byte},`;

const capitalised = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1);
