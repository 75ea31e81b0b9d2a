import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import Papa from 'papaparse';
import { ChunkSplitter } from '../core/csv/chunk-splitter.ts';
import { findHeader } from '../core/csv/header.ts';

/** Reads a file to its end, and answers how many records it found, the header not counted. */
export type Reader = (file: string) => Promise<number>;

/** The ways of reading that are compared. All read the same file stream, in Node's default buffers of 64 KiB. */
export const readers: Record<string, Reader> = {
  'newlines (indexOf)': countNewlines,
  'dropscore ChunkSplitter': splitIntoChunks,
  'papaparse (header, step)': readWithPapaparse,
  'csv-parse (arrays)': readWithCsvParse,
};

async function countNewlines(file: string): Promise<number> {
  let newlines = 0;
  for await (const buffer of createReadStream(file) as AsyncIterable<Buffer>) {
    for (let at = buffer.indexOf(10); at !== -1; at = buffer.indexOf(10, at + 1)) newlines++;
  }
  return newlines - 1;
}

/** As fan-out does it: the header from the first buffer, then chunks of 20,000 rows or 8 MiB. */
async function splitIntoChunks(file: string): Promise<number> {
  let splitter: ChunkSplitter | undefined;
  for await (const buffer of createReadStream(file) as AsyncIterable<Buffer>) {
    if (splitter) {
      splitter.push(buffer);
      continue;
    }
    const header = findHeader({ bytes: buffer, complete: false }, ',');
    if (!header) throw new Error('The generated file has a header.');
    const from = { byte: header.byteEnd, line: header.nextLine, row: 0, chunk: 0 };
    splitter = new ChunkSplitter({
      delimiter: ',',
      chunkRows: 20_000,
      chunkBytes: 8 << 20,
      maxRecordBytes: 1 << 20,
      from,
    });
    splitter.push(buffer.subarray(header.byteEnd));
  }
  return splitter?.end().rowsTotal ?? 0;
}

function readWithPapaparse(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let records = 0;
    Papa.parse(createReadStream(file), {
      header: true,
      skipEmptyLines: true,
      step: () => {
        records++;
      },
      complete: () => resolve(records),
      error: reject,
    });
  });
}

async function readWithCsvParse(file: string): Promise<number> {
  let records = -1;
  for await (const _ of createReadStream(file).pipe(parse())) records++;
  return records;
}
