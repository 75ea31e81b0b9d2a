import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_CENTRAL_DIRECTORY = 0x06054b50;
const VERSION = 20;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
/** 1 January 1980, the first day that the format knows: the same folder gives the same bytes. */
const DATE = 0x0021;
const REGULAR_FILE = 0o100644;

/** A folder as a zip archive, in memory: a few small files of code, so neither ZIP64 nor streaming. */
export function zipFolder(folder: string): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const name of filesBelow(folder)) {
    const content = readFileSync(path.join(folder, name));
    const data = deflateRawSync(content, { level: 1 });
    const encoded = Buffer.from(name.split(path.sep).join('/'));
    const facts = entryFacts(content, data, encoded);
    const local = Buffer.concat([uint32(LOCAL_HEADER), facts, encoded, data]);
    locals.push(local);
    const attributes = Buffer.concat([uint16(0, 0, 0), uint32(REGULAR_FILE * 0x10000, offset)]);
    central.push(
      Buffer.concat([uint32(CENTRAL_HEADER), uint16(0x0300 | VERSION), facts, attributes, encoded]),
    );
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.concat([
    uint32(END_OF_CENTRAL_DIRECTORY),
    uint16(0, 0, central.length, central.length),
    uint32(directory.length, offset),
    uint16(0),
  ]);
  return Buffer.concat([...locals, directory, end]);
}

/** What the local and the central header have in common, with no extra field. */
function entryFacts(content: Buffer, data: Buffer, name: Buffer): Buffer {
  return Buffer.concat([
    uint16(VERSION, UTF8_NAMES, DEFLATED, 0, DATE),
    uint32(crc32(content), data.length, content.length),
    uint16(name.length, 0),
  ]);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

function uint16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt16LE(value, 2 * i);
  return bytes;
}

function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, 4 * i);
  return bytes;
}
