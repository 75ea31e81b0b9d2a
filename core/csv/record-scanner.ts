import { ambiguousRecord, recordTooLong, unterminatedQuote } from './record-problems.ts';

/** Where a record begins: its offset in the source, the records before it, and the line. */
export interface RecordPosition {
  byte: number;
  /** Records before it, the header not counted; -1 where the next record is the header. */
  row: number;
  /** 1-based. CR, LF and CRLF each end a line, also inside quotes and on blank lines. */
  line: number;
}

export interface RecordScannerOptions {
  /** One ASCII character. */
  delimiter: string;
  /** Longest record, its terminator and the blank lines before it included. */
  maxRecordBytes: number;
  /** Where the first pushed byte stands. Only at byte 0 is a byte order mark one; anywhere else it is data. */
  from: RecordPosition;
}

/** Hears of a record: the offset behind its terminator, and the line on which that byte stands. */
export type RecordListener = (end: number, line: number) => void;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

/** Before the first byte of a record, or of a blank line. */
const START = 0;
/** Only blanks since START: a blank line, or a record whose first field begins with blanks. */
const BLANKS = 1;
/** Outside quotes. A quote opens only where the byte before it is the delimiter. */
const BODY = 2;
const QUOTED = 3;
/** Behind a quote inside quotes: the first half of a doubled quote, or the closing one. */
const QUOTE_SEEN = 4;
/** Behind a CR that ended a record; an LF would belong to it. */
const AFTER_CR = 5;
/** Behind a CR that ended a blank line. */
const BLANK_CR = 6;

/**
 * Finds where CSV records end, by the rules of the pandas C tokenizer, which reads the chunks: CR, LF and CRLF end a record; a
 * quote opens only at the start of a field and is escaped by doubling; text behind a closing quote is unquoted; blank and
 * whitespace-only lines are no records. Takes the source in buffers of any size and keeps none of them.
 */
export class RecordScanner {
  readonly #delimiter: number;
  readonly #maxRecordBytes: number;
  readonly #onRecord: RecordListener;
  #state = START;
  /** Offset of the next byte to be pushed. */
  #byte: number;
  #row: number;
  #line: number;
  #previousByte = 0;
  #previousEnd: number;
  #lineAtEnd: number;
  #heardRow = 0;
  #heardByte = 0;
  /** Where the record that is being read began, and its last opened quote; they only serve messages. */
  #recordByte = 0;
  #recordRow: number;
  #recordLine = 0;
  #quoteByte = 0;
  #quoteLine = 0;
  #markBytes: number;

  constructor({ delimiter, maxRecordBytes, from }: RecordScannerOptions, onRecord: RecordListener) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#maxRecordBytes = maxRecordBytes;
    this.#onRecord = onRecord;
    this.#byte = from.byte;
    this.#row = from.row;
    this.#recordRow = from.row;
    this.#line = from.line;
    this.#previousEnd = from.byte;
    this.#lineAtEnd = from.line;
    this.#markBytes = from.byte === 0 ? 0 : BYTE_ORDER_MARK.length;
  }

  /** Where the record begins that a listener hears of. */
  get record(): RecordPosition {
    return { byte: this.#recordByte, row: this.#recordRow, line: this.#recordLine };
  }

  /** What is behind the latest record that has ended. */
  get behind(): RecordPosition {
    return { byte: this.#previousEnd, row: this.#row, line: this.#lineAtEnd };
  }

  /**
   * Of the records to come, the listener hears of none until `row` have ended, or until one ends at `byte` or behind it. To tell of
   * each would take longer than to find it.
   */
  hearFrom(row: number, byte: number): void {
    this.#heardRow = row;
    this.#heardByte = byte;
  }

  /**
   * @throws InputRejected record_too_long, as soon as a record exceeds the limit, whether or not it ever ends;
   * ambiguous_record.
   */
  push(buffer: Buffer): void {
    const begin = this.#markBytes < BYTE_ORDER_MARK.length ? this.#skipByteOrderMark(buffer) : 0;
    if (begin < buffer.length) this.#scan(buffer, begin);
    this.#byte += buffer.length;
    const inRecord = this.#state === BODY || this.#state === QUOTED || this.#state === QUOTE_SEEN;
    if (inRecord) this.#checkLength(this.#byte);
  }

  /**
   * The source ends here, and with it a last record without a terminator.
   *
   * @throws InputRejected unterminated_quote, record_too_long.
   */
  end(): void {
    if (this.#state === QUOTED) {
      throw unterminatedQuote(this.record, { byte: this.#quoteByte, line: this.#quoteLine });
    }
    if (this.#state === BODY || this.#state === QUOTE_SEEN || this.#state === AFTER_CR) {
      this.#recordEnds(this.#byte, this.#line);
    }
    this.#state = START;
  }

  #scan(buffer: Buffer, begin: number): void {
    const delimiter = this.#delimiter;
    const base = this.#byte;
    const length = buffer.length;
    const byteBefore = this.#previousByte;
    let state = this.#state;
    let line = this.#line;
    // The next of each, at or behind i; a smaller value is out of date, the buffer's length means none.
    let nextLf = -1;
    let nextCr = -1;
    let nextQuote = -1;
    let quoteAt = -1;
    let quoteLine = line;
    let i = begin;
    while (i < length) {
      switch (state) {
        case START: {
          if (nextCr === length && nextQuote === length) {
            const rows = this.#row;
            i = this.#plainRecords(buffer, i, line);
            line += this.#row - rows;
            if (i === length) break;
          }
          const byte = buffer[i] as number;
          if (byte === LF) {
            i++;
            line++;
            break;
          }
          if (byte === CR) {
            i++;
            line++;
            state = BLANK_CR;
            break;
          }
          this.#recordBegins(base + i, line);
          i++;
          if (byte === QUOTE) {
            quoteAt = i - 1;
            quoteLine = line;
            state = QUOTED;
          } else if ((byte === SPACE || byte === TAB) && byte !== delimiter) state = BLANKS;
          else state = BODY;
          break;
        }
        case BODY: {
          if (nextLf < i) nextLf = found(buffer.indexOf(LF, i), length);
          if (nextCr < i) nextCr = found(buffer.indexOf(CR, i), length);
          if (nextQuote < i) nextQuote = found(buffer.indexOf(QUOTE, i), length);
          const end = Math.min(nextLf, nextCr);
          while (nextQuote < end && (nextQuote > 0 ? buffer[nextQuote - 1] : byteBefore) !== delimiter) {
            nextQuote = found(buffer.indexOf(QUOTE, nextQuote + 1), length);
          }
          if (nextQuote < end) {
            quoteAt = nextQuote;
            quoteLine = line;
            i = nextQuote + 1;
            state = QUOTED;
            break;
          }
          i = end;
          if (i === length) break;
          i++;
          line++;
          if (end === nextLf) {
            this.#recordEnds(base + i, line);
            state = START;
          } else state = AFTER_CR;
          break;
        }
        case QUOTED: {
          for (;;) {
            i = endOfPlain(buffer, i, length);
            if (i === length) break;
            const byte = buffer[i] as number;
            if (byte === QUOTE) {
              // The next field may be quoted as well. One read behind the end would make V8 slow all others down.
              if (i + 2 >= length || buffer[i + 2] !== QUOTE || buffer[i + 1] !== delimiter) break;
              i += 2;
              quoteAt = i;
              quoteLine = line;
            } else if (byte === CR || (byte === LF && (i > 0 ? buffer[i - 1] : byteBefore) !== CR)) line++;
            i++;
          }
          if (i < length) {
            i++;
            state = QUOTE_SEEN;
          }
          break;
        }
        case QUOTE_SEEN: {
          const byte = buffer[i++] as number;
          if (byte === QUOTE) state = QUOTED;
          else if (byte === LF) {
            this.#recordEnds(base + i, ++line);
            state = START;
          } else if (byte === CR) {
            line++;
            state = AFTER_CR;
          } else if (byte === delimiter && i < length && buffer[i] === QUOTE) {
            quoteAt = i++;
            quoteLine = line;
            state = QUOTED;
          } else state = BODY;
          break;
        }
        case AFTER_CR:
          if (buffer[i] === LF) i++;
          this.#recordEnds(base + i, line);
          state = START;
          break;
        case BLANKS: {
          const byte = buffer[i] as number;
          if (byte === LF || byte === CR) {
            i++;
            line++;
            state = byte === LF ? START : BLANK_CR;
          } else if ((byte === SPACE || byte === TAB) && byte !== delimiter) i++;
          else state = BODY;
          break;
        }
        default:
          if (buffer[i] === delimiter) throw ambiguousRecord({ byte: base + i, row: this.#row, line });
          if (buffer[i] === LF) i++;
          state = START;
      }
    }
    if (quoteAt !== -1) {
      this.#quoteByte = base + quoteAt;
      this.#quoteLine = quoteLine;
    }
    this.#state = state;
    this.#line = line;
    this.#previousByte = buffer[length - 1] as number;
  }

  /**
   * The whole records of which each is one line and begins with neither quote nor blank: most of most files.
   *
   * @param buffer without quotes and CR from `from` on.
   * @returns where the first of other records begins, or one that does not end in the buffer.
   */
  #plainRecords(buffer: Buffer, from: number, lineFrom: number): number {
    const base = this.#byte;
    let begin = from;
    let line = lineFrom;
    let row = this.#row;
    let previousEnd = this.#previousEnd;
    while (begin < buffer.length && (buffer[begin] as number) > QUOTE) {
      const lf = buffer.indexOf(LF, begin + 1);
      if (lf === -1) break;
      const end = base + lf + 1;
      if (row + 1 >= this.#heardRow || end >= this.#heardByte || end - previousEnd > this.#maxRecordBytes) {
        this.#row = row;
        this.#previousEnd = previousEnd;
        this.#recordBegins(base + begin, line);
        this.#recordEnds(end, line + 1);
      }
      row++;
      line++;
      previousEnd = end;
      begin = lf + 1;
    }
    if (row > this.#row) {
      this.#row = row;
      this.#previousEnd = previousEnd;
      this.#lineAtEnd = line;
    }
    return begin;
  }

  #recordBegins(byte: number, line: number): void {
    this.#recordByte = byte;
    this.#recordRow = this.#row;
    this.#recordLine = line;
  }

  /** Not called of each record: `#plainRecords` goes on by itself while nobody has to hear of one. */
  #recordEnds(end: number, line: number): void {
    this.#checkLength(end);
    this.#previousEnd = end;
    this.#lineAtEnd = line;
    this.#row++;
    if (this.#row >= this.#heardRow || end >= this.#heardByte) this.#onRecord(end, line);
  }

  /** @returns where the records begin in the buffer. The mark may come in several buffers; a part of one is data. */
  #skipByteOrderMark(buffer: Buffer): number {
    let i = 0;
    while (i < buffer.length && this.#markBytes < BYTE_ORDER_MARK.length) {
      if (buffer[i] !== BYTE_ORDER_MARK[this.#markBytes]) {
        this.#markBytes = BYTE_ORDER_MARK.length;
        return i;
      }
      i++;
      this.#markBytes++;
      if (this.#markBytes === 1) {
        this.#recordLine = this.#line;
        this.#state = BODY;
      }
    }
    if (this.#markBytes === BYTE_ORDER_MARK.length) this.#state = START;
    return i;
  }

  #checkLength(end: number): void {
    if (end - this.#previousEnd > this.#maxRecordBytes)
      throw recordTooLong(this.record, this.#maxRecordBytes);
  }
}

const found = (index: number, length: number) => (index === -1 ? length : index);

/** Where the next byte is that could mean something inside quotes. */
function endOfPlain(buffer: Buffer, from: number, length: number): number {
  let i = from;
  while (i < length && (buffer[i] as number) > QUOTE) i++;
  return i;
}
