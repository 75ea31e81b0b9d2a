import { isDeepStrictEqual } from 'node:util';
import type { Chunk, ChunkMessage, ChunkReference } from '../../contracts/generated/types.ts';
import type { ChunkReport } from '../unit/memory-ledger.ts';

/** What predictors write beside the ledger: an item a row, a file a chunk. */
export class Written {
  /** By job and row. */
  readonly #items = new Map<string, { isSpoiled: boolean; version: number | undefined }>();
  /** By job and chunk. */
  readonly #files = new Set<string>();
  readonly #isSpoiled: (row: number) => boolean;

  /** @param spoiledEvery which rows the model rejects: every so many, none where 0. */
  constructor(spoiledEvery: number) {
    this.#isSpoiled = (row) => spoiledEvery > 0 && row % spoiledEvery === 0;
  }

  writeScores({ jobId, reference, model }: ChunkMessage): ChunkReport {
    const rows = rowsOf(reference);
    for (const row of rows)
      this.#items.set(`${jobId} ${row}`, { isSpoiled: this.#isSpoiled(row), version: model.version });
    const rowsFailed = rows.filter(this.#isSpoiled).length;
    return { rowsScored: rows.length - rowsFailed, rowsFailed };
  }

  putResult({ jobId, chunk }: ChunkMessage): void {
    this.#files.add(`${jobId} ${chunk}`);
  }

  /** Whether a chunk has its file and a right item for each of its rows, of this model version. */
  holds({ jobId, chunk, reference, rowsFailed }: Chunk, version: number | undefined): boolean {
    const rows = rowsOf(reference);
    const right = rows.filter((row) =>
      isDeepStrictEqual(this.#items.get(`${jobId} ${row}`), { isSpoiled: this.#isSpoiled(row), version }),
    );
    const counted = rows.filter(this.#isSpoiled).length === rowsFailed;
    return this.#files.has(`${jobId} ${chunk}`) && right.length === rows.length && counted;
  }
}

const rowsOf = ({ firstRow, rowCount }: ChunkReference) =>
  Array.from({ length: rowCount }, (_, i) => firstRow + i);
