import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** The files that are split. */
export const VARIANTS = ['quote-free', 'CRLF', 'wide', 'gz', 'quoted', 'all quoted'] as const;
export type Variant = (typeof VARIANTS)[number];

const NUMBERS = 20;
const WIDE_NUMBERS = 2000;
const BLOCK_BYTES = 10e6;

/** A text as a header and a block of different rows that is repeated. */
export interface Text {
  header: Buffer;
  block: Buffer;
  blockRows: number;
}

/** 20 numbers (2,000 if wide) and 3 texts a row: about 200 bytes. */
export function textOf(variant: Variant): Text {
  const end = variant === 'CRLF' ? '\r\n' : '\n';
  const numbers = variant === 'wide' ? WIDE_NUMBERS : NUMBERS;
  const rows: string[] = [];
  for (let bytes = 0; bytes < BLOCK_BYTES; bytes += rows.at(-1)?.length ?? 0)
    rows.push(row(rows.length, variant, numbers) + end);
  const names = Array.from({ length: numbers + 3 }, (_, i) => `column_${i}`);
  const header = Buffer.from(names.join(',') + end);
  return { header, block: Buffer.from(rows.join('')), blockRows: rows.length };
}

function row(n: number, variant: Variant, count: number): string {
  const numbers = Array.from({ length: count }, (_, i) =>
    ((((n + 1) * 7919 * (i + 3)) % 1e6) / 100).toFixed(2),
  );
  const isQuoted = variant === 'quoted' || variant === 'all quoted';
  const city = isQuoted ? `"city ${n % 977}, ""the"" old town"` : `city ${n % 977}`;
  const fields = [...numbers, city, `group${n % 7}`, n % 2 ? 'yes' : 'no'];
  const quoted = (field: string) => (field.startsWith('"') ? field : `"${field}"`);
  return (variant === 'all quoted' ? fields.map(quoted) : fields).join(',');
}

export interface WrittenFile {
  path: string;
  rows: number;
  /** Of text: a compressed file is shorter. */
  textBytes: number;
}

/** Writes a file of at least so many bytes of text. */
export async function writeText(path: string, variant: Variant, bytes: number): Promise<WrittenFile> {
  const { header, block, blockRows } = textOf(variant);
  const blocks = Math.ceil((bytes - header.length) / block.length);
  writeFileSync(path, header);
  await pipeline(Readable.from(repeated(block, blocks)), createWriteStream(path, { flags: 'a' }));
  const written = { path, rows: blocks * blockRows, textBytes: header.length + blocks * block.length };
  if (variant !== 'gz') return written;
  const compressed = `${path}.gz`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(compressed));
  return { ...written, path: compressed };
}

function* repeated(block: Buffer, times: number): Generator<Buffer> {
  for (let i = 0; i < times; i++) yield block;
}
