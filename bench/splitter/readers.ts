import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import Papa from 'papaparse';
import { recordsSplit } from './split.ts';

/** Reads a file to its end, and answers how many records it found, the header not counted. */
type Reader = (file: string) => Promise<number>;

/** The ways of reading that are compared. All read the same file stream, in Node's default buffers of 64 KiB. */
export const readers = {
  'newlines (indexOf)': (file) => newlinesIn(textOf(file)),
  dropscore: splitFile,
  'papaparse (header)': readWithPapaparse,
  'csv-parse (arrays)': readWithCsvParse,
} as const satisfies Record<string, Reader>;
export type ReaderName = keyof typeof readers;

const isCompressed = (file: string) => file.endsWith('.gz');

function textOf(file: string): NodeJS.ReadableStream {
  const bytes = createReadStream(file);
  if (!isCompressed(file)) return bytes;
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  pipeline(bytes, gunzip, () => {});
  return gunzip;
}

/** Line feeds in a text, but for that of its header. */
export async function newlinesIn(text: AsyncIterable<unknown>): Promise<number> {
  let newlines = 0;
  for await (const buffer of text as AsyncIterable<Buffer>) newlines += newlinesOf(buffer);
  return newlines - 1;
}

export function newlinesOf(buffer: Buffer): number {
  let newlines = 0;
  for (let at = buffer.indexOf(10); at !== -1; at = buffer.indexOf(10, at + 1)) newlines++;
  return newlines;
}

function splitFile(file: string): Promise<number> {
  return recordsSplit({
    format: isCompressed(file) ? 'csv.gz' : 'csv',
    bytes: statSync(file).size,
    read: (start, to) => createReadStream(file, { start, ...(to !== undefined && { end: to - 1 }) }),
  });
}

function readWithPapaparse(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let records = 0;
    Papa.parse(textOf(file), {
      header: true,
      skipEmptyLines: true,
      chunk: ({ data }) => {
        records += data.length;
      },
      complete: () => resolve(records),
      error: reject,
    });
  });
}

async function readWithCsvParse(file: string): Promise<number> {
  let records = -1;
  for await (const _ of textOf(file).pipe(parse())) records++;
  return records;
}
