import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { refuseBinary } from '../../../core/csv/content.ts';

const check = (bytes: Buffer) => refuseBinary({ bytes, complete: true });
const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('a file that is no CSV text is named', () => {
  test.each([
    ['a PNG image', latin1('\x89PNG\r\n\x1a\n\0\0')],
    ['a JPEG image', latin1('\xff\xd8\xff\xe0')],
    ['a GIF image', latin1('GIF89a\x01')],
    ['a PDF document', latin1('%PDF-1.7\n')],
    ['Excel workbook', latin1('PK\x03\x04\x14\0')],
    ['old Excel', latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')],
    ['gzip data inside gzip data', gzipSync('a,b\n')],
    ['bzip2', latin1('BZh91AY&SY')],
    ['xz', latin1('\xfd7zXZ\0')],
    ['zstd', latin1('\x28\xb5\x2f\xfd')],
    ['Parquet', latin1('PAR1\x15\x04')],
    ['Feather', latin1('ARROW1\0\0')],
    ['ORC', latin1('ORC\x08')],
    ['HDF5', latin1('\x89HDF\r\n\x1a\n')],
    ['numpy', latin1('\x93NUMPY\x01\0')],
    ['SQLite', latin1('SQLite format 3\0')],
    ['ELF', latin1('\x7fELF\x02')],
    ['binary data', Buffer.from(new Float64Array(64).map((_, i) => i / 3).buffer)],
  ])('%s', (words, bytes) => {
    expect(() => check(bytes)).toThrow(
      expect.objectContaining({ code: 'not_text', message: expect.stringContaining(words) }),
    );
  });
});

describe('a text in another encoding is named', () => {
  const text = 'age,city\n42,Paris\n';
  test.each([
    ['UTF-16 text', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 text', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['UTF-16 text without a byte order mark', Buffer.from(text, 'utf16le')],
    ['UTF-16 text without a byte order mark', Buffer.from(text, 'utf16le').swap16()],
    ['UTF-32 text', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
    ['UTF-32 text', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x61])],
  ])('case 12: %s', (encoding, bytes) => {
    const message = expect.stringContaining(`${encoding}, not UTF-8`);
    expect(() => check(bytes)).toThrow(expect.objectContaining({ code: 'wrong_encoding', message }));
  });
});

describe('text passes', () => {
  test.each([
    ['nothing', ''],
    ['blank lines', '\n\r\n'],
    ['CSV', 'age,city\n42,Paris\n'],
    ['CSV with a byte order mark', '\uFEFFage,city\n'],
    ['CSV in another script', '年齢,都市\n42,東京\n'],
    ['NUL in a cell', 'a,b\n1,\0\0\0x\n'],
    ['many NULs in a long text', `a,b\n1,${'\0'.repeat(9)}${'x'.repeat(200)}\n`],
    ['a header that begins like Parquet', 'PAR1,PAR2\n1,2\n'],
    ['a header that begins like ORC', 'ORC\n1\n'],
    ['a header that begins like bzip2', 'BZh9,b\n'],
    ['JSON, which the header check tells', '{"age": 42}'],
  ])('%s', (_, text) => {
    expect(() => check(Buffer.from(text))).not.toThrow();
  });

  test('Latin-1, of which the rows that hold it are told one by one', () => {
    expect(() => check(latin1('age,city\n42,Gen\xe8ve\n'))).not.toThrow();
  });
});
