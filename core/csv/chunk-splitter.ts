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
  #spans: ChunkSpan[] = [];

  constructor({ delimiter, chunkRows, chunkBytes, maxRecordBytes, from }: ChunkSplitterOptions) {
    this.#chunkRows = chunkRows;
    this.#chunkBytes = chunkBytes;
    this.#checkpoint = { ...from };
    this.#scanner = new RecordScanner({ delimiter, maxRecordBytes, from }, () => this.#cut());
    this.#hearOfNextCut();
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
    if (this.#scanner.behind.row > this.#checkpoint.row) this.#cut();
    const { row: rowsTotal, chunk: chunksTotal } = this.#checkpoint;
    return { spans: this.#takeSpans(), rowsTotal, chunksTotal };
  }

  #cut(): void {
    const { byte: byteStart, row: firstRow, line: firstLine, chunk } = this.#checkpoint;
    const { byte: byteEnd, row, line } = this.#scanner.behind;
    this.#spans.push({ chunk, byteStart, byteEnd, firstRow, firstLine, rowCount: row - firstRow });
    this.#checkpoint = { byte: byteEnd, row, line, chunk: chunk + 1 };
    this.#hearOfNextCut();
  }

  #hearOfNextCut(): void {
    const { row, byte } = this.#checkpoint;
    this.#scanner.hearFrom(row + this.#chunkRows, byte + this.#chunkBytes);
  }

  #takeSpans(): ChunkSpan[] {
    const spans = this.#spans;
    this.#spans = [];
    return spans;
  }
}
