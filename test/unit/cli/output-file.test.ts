import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { writeWhole } from '../../../cli/output-file.ts';

const folder = () => mkdtempSync(path.join(tmpdir(), 'dropscore-output-'));

test('what is written is there whole, under its name alone', async () => {
  const directory = folder();
  const file = path.join(directory, 'scores.csv');
  const large = 'x'.repeat(1_000_000);
  await expect(
    writeWhole(file, async ({ write }) => {
      await write('a\n');
      await write(large);
      return 2;
    }),
  ).resolves.toBe(2);
  expect(readFileSync(file, 'utf8')).toBe(`a\n${large}`);
  expect(readdirSync(directory)).toEqual(['scores.csv']);
});

test('a failure half-way leaves what was there', async () => {
  const directory = folder();
  const file = path.join(directory, 'scores.csv');
  writeFileSync(file, 'before');
  const failing = writeWhole(file, async ({ write }) => {
    await write('half');
    throw new Error('broken off');
  });
  await expect(failing).rejects.toThrow('broken off');
  expect(readdirSync(directory)).toEqual(['scores.csv']);
  expect(readFileSync(file, 'utf8')).toBe('before');
});

test('a folder that is not there is told, not waited for', async () => {
  const failing = writeWhole(path.join(folder(), 'no/such/file'), async ({ write }) =>
    write('x'.repeat(100_000)),
  );
  await expect(failing).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a pipe, as a device, is written into and stays what it is', async () => {
  const directory = folder();
  const pipe = path.join(directory, 'pipe');
  execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  const read = readFile(pipe, 'utf8');
  await writeWhole(pipe, ({ write }) => write('rows'));
  expect(await read).toBe('rows');
  expect(lstatSync(pipe).isFIFO()).toBe(true);
  expect(readdirSync(directory)).toEqual(['pipe']);
});

test('through a link its file is written', async () => {
  const directory = folder();
  const [file, link] = [path.join(directory, 'file'), path.join(directory, 'link')];
  writeFileSync(file, 'before');
  symlinkSync(file, link);
  await writeWhole(link, ({ write }) => write('after'));
  expect(readFileSync(file, 'utf8')).toBe('after');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test('a directory is refused by its name', async () => {
  const directory = path.join(folder(), 'results');
  mkdirSync(directory);
  await expect(writeWhole(directory, ({ write }) => write('x'))).rejects.toMatchObject({
    code: 'usage',
    message: `${directory} is a directory.`,
  });
});
