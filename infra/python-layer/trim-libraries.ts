import { readdirSync, rmSync, unlinkSync } from 'node:fs';
import path from 'node:path';

/** Needed to build against a library, or to read about it. */
const SOURCES = /\.(pyi|pyx|pxd|pxi|pyx\.tp|pxd\.tp|c|cc|cpp|h|hpp|cuh|f|f90|a|lib|build|in|rst|cmake)$/;

/** Without modules in them, these are for readers and compilers; with, a library may import them (botocore.docs). */
const FOR_READERS = new Set(['doc', 'docs', 'example', 'examples', 'include', 'benchmarks']);

/** Of a distribution's metadata, what `importlib.metadata` answers from; and licences stay with what they license. */
const KEPT_METADATA = /^(METADATA|entry_points\.txt|top_level\.txt)$|licen[cs]e|copying|notice|authors/i;

/** Extension modules that only a library's own tests import; `_simd` is numpy's. */
const TEST_EXTENSIONS = /^_((\w+_)?(c|cy)?tests?(_\w+)?|simd)\.(cpython-.*|abi3\.)?so$/;

/** By path below the folder of libraries: what no prediction loads. */
const UNNEEDED = ['bin', 'sklearn/datasets/data', 'sklearn/datasets/images', 'sklearn/datasets/descr'];

/** Removes what no prediction needs from a folder of installed libraries: tests, documentation, sources to compile from. */
export function trimLibraries(target: string): void {
  for (const unneeded of UNNEEDED) rmSync(path.join(target, unneeded), { recursive: true, force: true });
  for (const name of readdirSync(target).filter(isMetadata)) trimMetadata(path.join(target, name));
  trimFolder(target);
}

function trimFolder(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (!entry.isDirectory()) {
      if (SOURCES.test(entry.name) || TEST_EXTENSIONS.test(entry.name)) unlinkSync(file);
    } else if (isUnneeded(file)) rmSync(file, { recursive: true });
    else if (!isMetadata(entry.name)) trimFolder(file);
  }
}

function isUnneeded(directory: string): boolean {
  const name = path.basename(directory);
  if (name === '__pycache__' || name === 'tests') return true;
  const files = readdirSync(directory);
  if (name === 'test') return files.some((file) => /^test_.*\.py$/.test(file));
  return FOR_READERS.has(name) && !files.includes('__init__.py');
}

function trimMetadata(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true }))
    if (!KEPT_METADATA.test(entry.name)) rmSync(path.join(directory, entry.name), { recursive: true });
}

const isMetadata = (name: string): boolean => name.endsWith('.dist-info');
