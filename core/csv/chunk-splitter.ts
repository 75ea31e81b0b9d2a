import type { Checkpoint } from '../../contracts/generated/types.ts';
import { RecordScanner } from './record-scanner.ts';

/** A chunk as a run of whole records of one text: which bytes, rows and lines it holds. */
export interface ChunkSpan {
  chunk: number;
  byteStart: number;
  /** Exclusive: behind the terminator of the last record. */
  byteEnd: number;
  firstRow: number;
  /** The line on which byteStart stands; blank lines may precede the first record. */
  firstLine: number;
  rowCount: number;
}

export interface ChunkSplitterOptions {
  /** One ASCII character. */
  delimiter: string;
  chunkRows: number;
  chunkBytes: number;
  maxRecordBytes: number;
  /** Behind the header, or where an earlier splitter of the same source left off. */
  from: Checkpoint;
}

/**
 * Cuts a text into chunks: after the record with which a chunk reaches `chunkRows` rows or `chunkBytes` bytes. Chunks tile the
 * text from `from` to the end of its last record; blank lines belong to the chunk behind them, so that trailing ones make no
 * chunk. The borders depend on the text and the options alone, not on the buffers that the text comes in, and a splitter that
 * goes on from any border finds the same chunks again.
 */
export class ChunkSplitter {
  readonly #scanner: RecordScanner;
  readonly #chunkRows: number;
  readonly #chunkBytes: number;
  #checkpoint: Checkpoint;
  #rows = 0;
  #end: number;
  #line: number;
  #spans: ChunkSpan[] = [];

  constructor({ delimiter, chunkRows, chunkBytes, maxRecordBytes, from }: ChunkSplitterOptions) {
    this.#chunkRows = chunkRows;
    this.#chunkBytes = chunkBytes;
    this.#checkpoint = { ...from };
    this.#end = from.byte;
    this.#line = from.line;
    this.#scanner = new RecordScanner({ delimiter, maxRecordBytes, from }, (end, line) => {
      this.#end = end;
      this.#line = line;
      if (++this.#rows === this.#chunkRows || end - this.#checkpoint.byte >= this.#chunkBytes) this.#cut();
    });
  }

  /** The border behind the last chunk that was given out. */
  get checkpoint(): Checkpoint {
    return { ...this.#checkpoint };
  }

  /**
   * @returns the chunks that these bytes complete.
   * @throws InputRejected as RecordScanner does.
   */
  push(buffer: Buffer): ChunkSpan[] {
    this.#scanner.push(buffer);
    return this.#takeSpans();
  }

  /**
   * The text ends here.
   *
   * @returns the last chunk, where one is left, and what the text came to, counted on from `from`.
   * @throws InputRejected as RecordScanner does.
   */
  end(): { spans: ChunkSpan[]; rowsTotal: number; chunksTotal: number } {
    this.#scanner.end();
    if (this.#rows > 0) this.#cut();
    const { row: rowsTotal, chunk: chunksTotal } = this.#checkpoint;
    return { spans: this.#takeSpans(), rowsTotal, chunksTotal };
  }

  #cut(): void {
    const { byte, row, line, chunk } = this.#checkpoint;
    this.#spans.push({
      chunk,
      byteStart: byte,
      byteEnd: this.#end,
      firstRow: row,
      firstLine: line,
      rowCount: this.#rows,
    });
    this.#checkpoint = { byte: this.#end, row: row + this.#rows, line: this.#line, chunk: chunk + 1 };
    this.#rows = 0;
  }

  #takeSpans(): ChunkSpan[] {
    const spans = this.#spans;
    this.#spans = [];
    return spans;
  }
}
