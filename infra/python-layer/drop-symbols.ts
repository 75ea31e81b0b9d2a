import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Offsets in 64-bit little-endian ELF files, as the System V ABI has them. */
const SEGMENT_TABLE_AT = 32;
const SECTION_TABLE_AT = 40;
const SEGMENT_ENTRY_BYTES_AT = 54;
const SEGMENT_COUNT_AT = 56;
const SECTION_COUNT_AT = 60;
const HEADER_BYTES = 64;
const OFFSET_AT = 8;
const FILE_BYTES_AT = 32;
const ALIGNMENT_AT = 48;
const LOADED = 1;
const SMALLEST_PAGE = 4096;

/**
 * Drops what is not loaded from every shared library: symbol tables for debuggers and linkers, and the section headers. The
 * loader reads segments only. Those behind a dropped part move up by whole pages in the file, and none moves in memory: `strip`
 * aligns them anew, which breaks libraries that auditwheel has patched (“ELF load command not page-aligned”). Nor does this
 * need a tool for the processor of the libraries, so that any machine gives the same layer.
 */
export function dropSymbols(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.so(\.|$)/.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const library = readFileSync(file);
    const smaller = isElf64(library) ? onlySegments(library) : library;
    if (smaller.length < library.length) writeFileSync(file, smaller);
  }
}

const isElf64 = (file: Buffer): boolean =>
  file.length > HEADER_BYTES && file.subarray(0, 6).equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]));

interface Segment {
  /** Of its entry in the table. */
  entry: number;
  offset: number;
  end: number;
  loaded: boolean;
  alignment: number;
}

/** The file without what no segment holds; as it is where its segments are not laid out as linkers do it. */
function onlySegments(library: Buffer): Buffer {
  const segments = segmentsOf(library);
  const loaded = segments.filter((segment) => segment.loaded).sort((a, b) => a.offset - b.offset);
  const table = number(library, SEGMENT_TABLE_AT);
  const holder = (offset: number) => loaded.find((of) => of.offset <= offset && offset < of.end);
  const stray = segments.some(({ offset, end }) => end > offset && !holder(offset));
  if (stray || loaded[0]?.offset !== 0 || !holder(table)) return library;

  const moved = Buffer.from(library);
  const shifts = new Map<Segment, number>();
  let end = 0;
  for (const segment of loaded) {
    const shift = Math.max(0, Math.floor((segment.offset - end) / segment.alignment) * segment.alignment);
    shifts.set(segment, shift);
    library.copy(moved, segment.offset - shift, segment.offset, segment.end);
    end = segment.end - shift;
  }
  const shiftOf = (offset: number) => shifts.get(holder(offset) as Segment) ?? 0;
  const tableShift = shiftOf(table);
  for (const { entry, offset } of segments)
    moved.writeBigUInt64LE(BigInt(offset - shiftOf(offset)), entry - tableShift + OFFSET_AT);
  moved.writeBigUInt64LE(BigInt(table - tableShift), SEGMENT_TABLE_AT);
  moved.writeBigUInt64LE(0n, SECTION_TABLE_AT);
  moved.writeUInt32LE(0, SECTION_COUNT_AT); // the count, and the index of the section that names the others
  return moved.subarray(0, end);
}

function segmentsOf(library: Buffer): Segment[] {
  const table = number(library, SEGMENT_TABLE_AT);
  const size = library.readUInt16LE(SEGMENT_ENTRY_BYTES_AT);
  return Array.from({ length: library.readUInt16LE(SEGMENT_COUNT_AT) }, (_, i) => {
    const entry = table + i * size;
    const offset = number(library, entry + OFFSET_AT);
    return {
      entry,
      offset,
      end: offset + number(library, entry + FILE_BYTES_AT),
      loaded: library.readUInt32LE(entry) === LOADED,
      alignment: Math.max(number(library, entry + ALIGNMENT_AT), SMALLEST_PAGE),
    };
  });
}

const number = (buffer: Buffer, at: number): number => Number(buffer.readBigUInt64LE(at));
