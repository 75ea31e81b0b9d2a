import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPython, minorVersion } from '../../infra/find-python.ts';
import { packageRoot } from '../../infra/package-root.ts';
import { describeLayer } from '../../infra/python-layer/build-layer.ts';
import { compileModules } from '../../infra/python-layer/byte-code.ts';
import { dropSymbols } from '../../infra/python-layer/drop-symbols.ts';
import { packageSizes } from '../../infra/python-layer/layer-sizes.ts';
import { smokeTest } from '../../infra/python-layer/smoke-test.ts';
import { trimLibraries } from '../../infra/python-layer/trim-libraries.ts';
import { python } from '../../local/host-environment.ts';

const version = minorVersion(python()) as '3.11';

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-layer-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();

test('trimming leaves modules, data, licences, and what importlib.metadata reads', () => {
  const kept = [
    'lib-1.0.dist-info/METADATA',
    'lib-1.0.dist-info/entry_points.txt',
    'lib-1.0.dist-info/licenses/LICENSE.txt',
    'lib/__init__.py',
    'lib/data.json',
    'lib/docs/__init__.py',
    'lib/fast.cpython-313-x86_64-linux-gnu.so',
    'lib/latest.so',
    'lib/test/__init__.py',
  ];
  const trimmed = [
    'bin/lib',
    'lib-1.0.dist-info/RECORD',
    'lib-1.0.dist-info/WHEEL',
    'lib/__init__.pyi',
    'lib/__pycache__/__init__.cpython-313.pyc',
    'lib/_cython_tests.cpython-313-x86_64-linux-gnu.so',
    'lib/fast.pyx',
    'lib/include/lib.hpp',
    'lib/sub/tests/data.csv',
    'lib/sub/tests/test_it.py',
    'lib/sub/test/test_it.py',
    'lib/examples/readme.txt',
    'sklearn/datasets/data/iris.csv',
  ];
  const folder = folderWith(Object.fromEntries([...kept, ...trimmed].map((name) => [name, ''])));
  trimLibraries(folder);
  expect(filesIn(folder)).toEqual(kept);
});

describe('byte code', () => {
  const MODULE = 'def twice(number):\n    """Doc."""\n    return 2 * number\n';

  test('in place of the sources: the same bytes wherever it is made, and no path of this machine', () => {
    const [one, other] = [
      folderWith({ 'lib/__init__.py': MODULE }),
      folderWith({ 'lib/__init__.py': MODULE }),
    ];
    for (const folder of [one, other]) expect(compileModules(folder, version, 'removed')).toBe(true);
    expect(filesIn(one)).toEqual(['lib/__init__.pyc']);
    const bytes = readFileSync(path.join(one, 'lib/__init__.pyc'));
    expect(bytes.equals(readFileSync(path.join(other, 'lib/__init__.pyc')))).toBe(true);
    expect(bytes.includes(tmpdir())).toBe(false);
    // Unchecked hash: the loader looks for no source.
    expect(bytes.readUInt32LE(4)).toBe(0b01);
    const found = findPython(version) ?? '';
    expect(
      execFileSync(found, ['-c', 'import lib; print(lib.twice(21))'], { cwd: one, encoding: 'utf8' }).trim(),
    ).toBe('42');
  });

  test('beside the sources', () => {
    const folder = folderWith({ 'lib.py': MODULE });
    compileModules(folder, version, 'kept');
    expect(filesIn(folder)).toEqual([`__pycache__/lib.cpython-${version.replace('.', '')}.pyc`, 'lib.py']);
  });

  test('is not made for a Python that this machine has not', () => {
    const folder = folderWith({ 'lib.py': MODULE });
    expect(compileModules(folder, '3.99', 'removed')).toBe(false);
    expect(filesIn(folder)).toEqual(['lib.py']);
  });
});

describe('symbols of a shared library', () => {
  const SEGMENTS_AT = 64;

  /** A segment's type, offset, size in the file, alignment. */
  type Placed = [type: number, offset: number, bytes: number, alignment: number];

  /** A library of 20,000 bytes, each segment filled with its number, and 99 where no segment is. */
  function library(segments: Placed[]): Buffer {
    const file = Buffer.alloc(20_000, 99);
    for (const [i, [type, offset, bytes]] of segments.entries())
      if (type === 1) file.fill(i, offset, offset + bytes);
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]).copy(file);
    file.writeBigUInt64LE(BigInt(SEGMENTS_AT), 32);
    file.writeBigUInt64LE(19_000n, 40);
    file.writeUInt16LE(56, 54);
    file.writeUInt16LE(segments.length, 56);
    file.writeUInt16LE(9, 60);
    for (const [i, [type, offset, bytes, alignment]] of segments.entries()) {
      const entry = SEGMENTS_AT + i * 56;
      file.writeUInt32LE(type, entry);
      file.writeBigUInt64LE(BigInt(offset), entry + 8);
      file.writeBigUInt64LE(BigInt(bytes), entry + 32);
      file.writeBigUInt64LE(BigInt(alignment), entry + 48);
    }
    return file;
  }

  function without(before: Buffer): Buffer {
    const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-elf-'));
    writeFileSync(path.join(folder, 'lib.so.5.0.0'), before);
    dropSymbols(folder);
    return readFileSync(path.join(folder, 'lib.so.5.0.0'));
  }

  const offsetOf = (file: Buffer, segment: number) =>
    Number(file.readBigUInt64LE(SEGMENTS_AT + segment * 56 + 8));

  test('are cut off behind the last segment, and so are the section headers', () => {
    const before = library([[1, 0, 1000, 4096]]);
    const after = without(before);
    expect(after.length).toBe(1000);
    expect(after.readBigUInt64LE(40)).toBe(0n);
    expect(after.readUInt32LE(60)).toBe(0);
    expect(after.subarray(SEGMENTS_AT).equals(before.subarray(SEGMENTS_AT, 1000))).toBe(true);
  });

  test('are taken out before a segment that was put behind them, which moves by whole pages', () => {
    const after = without(
      library([
        [1, 0, 1000, 4096],
        [1, 13_300, 500, 4096],
        [2, 13_400, 100, 8],
      ]),
    );
    // 13,300 is 1,012 modulo 4,096, and the first segment ends before that.
    expect([offsetOf(after, 1), offsetOf(after, 2)]).toEqual([1012, 1112]);
    expect(after.length).toBe(1512);
    expect(after.subarray(1012).every((byte) => byte === 1)).toBe(true);
  });

  test('a segment keeps its place within the pages that it asks for', () => {
    const after = without(
      library([
        [1, 0, 1000, 4096],
        [1, 13_300, 500, 65_536],
      ]),
    );
    expect(offsetOf(after, 1)).toBe(13_300);
    expect(after.length).toBe(13_800);
  });

  test.each([
    ['holds all in segments', library([[1, 0, 20_000, 4096]])],
    [
      'has a segment that is not loaded',
      library([
        [1, 0, 1000, 4096],
        [4, 15_000, 10, 4],
      ]),
    ],
    ['is no library', Buffer.from('INPUT(lib.so.1)')],
  ])('a file that %s stays as it is', (_what, before) => {
    expect(without(before).equals(before)).toBe(true);
  });
});

describe('the smoke test', () => {
  const order = {
    requirements: 'unused',
    pythonVersion: version,
    architecture: process.arch === 'arm64' ? ('arm64' as const) : ('x86_64' as const),
  };

  test.runIf(process.platform === 'linux')('imports everything, in sight of nothing else', () => {
    expect(smokeTest(folderWith({ 'one.py': '', 'two/__init__.py': 'import one' }), order)).toBe(
      'Smoke test: 2 packages imported, predicted with none.',
    );
    expect(() => smokeTest(folderWith({ 'one.py': 'import numpy' }), order)).toThrow(
      /No module named 'numpy'/,
    );
  });

  test('says where it cannot run', () => {
    const other = order.architecture === 'arm64' ? ('x86_64' as const) : ('arm64' as const);
    expect(smokeTest(folderWith({}), { ...order, architecture: other })).toMatch(
      /^The smoke test was not run: /,
    );
    expect(smokeTest(folderWith({}), { ...order, pythonVersion: '3.99' })).toMatch(/was not run/);
  });
});

test('sizes are told by package, with its bundled libraries and metadata', () => {
  const folder = folderWith({
    'numpy/a.so': '1234',
    'numpy.libs/b.so': '12',
    'numpy-2.4.6.dist-info/METADATA': '1',
    'sklearn/c.pyc': '123',
    'scikit_learn-1.9.1.dist-info/METADATA': '12',
    'six.pyc': '1',
  });
  expect([...packageSizes(folder)]).toEqual([
    ['numpy', 7],
    ['sklearn', 5],
    ['six', 1],
  ]);
});

test('a layer without byte code is told loudly, with what to do', () => {
  const told = describeLayer('classic', {
    bytes: 1e6,
    byteCode: false,
    packages: new Map([['numpy', 9e5]]),
    smokeTest: 'The smoke test was not run.',
    warning: 'WITHOUT byte code',
  });
  expect(told).toMatch(/1\.0 of 262\.1 MB unzipped, as sources/);
  expect(told).toMatch(/WARNING: WITHOUT byte code/);
});

test('the script of the smoke test is published with the package', () => {
  const { files } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as {
    files: string[];
  };
  expect(files).toContain('infra/python-layer/smoke_test.py');
  expect(existsSync(path.join(packageRoot, 'infra/python-layer/smoke_test.py'))).toBe(true);
});
