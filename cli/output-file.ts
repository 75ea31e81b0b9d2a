import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { wrongUsage } from './failure.ts';

export interface OutputFile {
  /** Waits while the disk is behind. */
  write(data: string | Buffer): Promise<void>;
}

/**
 * Writes a file that is there whole or not at all: under another name beside it, renamed when `fill` is
 * through. What stood there before is replaced only then. A link stays one; a device or a pipe is written into, never replaced.
 */
export async function writeWhole<T>(named: string, fill: (output: OutputFile) => Promise<T>): Promise<T> {
  const file = await realpath(named).catch(() => named);
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory()) throw wrongUsage(`${named} is a directory.`, 'Name a file in it.');
  if (there && !there.isFile()) return fillFrom(createWriteStream(file), fill);
  const unfinished = `${file}.${process.pid}.part`;
  try {
    const result = await fillFrom(createWriteStream(unfinished), fill);
    await rename(unfinished, file);
    return result;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function fillFrom<T>(stream: WriteStream, fill: (output: OutputFile) => Promise<T>): Promise<T> {
  const failed = once(stream, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => {});
  try {
    const result = await Promise.race([
      failed,
      fill({
        async write(data) {
          if (!stream.write(data)) await Promise.race([failed, once(stream, 'drain')]);
        },
      }),
    ]);
    stream.end();
    await finished(stream);
    return result;
  } catch (error) {
    stream.destroy();
    // It may still be about to be opened: what is removed before that would come back.
    await finished(stream).catch(() => {});
    throw error;
  }
}
