import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

export interface OutputFile {
  /** Waits while the disk is behind. */
  write(data: string | Buffer): Promise<void>;
}

/**
 * Writes a file that is there whole or not at all: under another name beside it, renamed when `fill` is
 * through. What stood there before is replaced only then.
 */
export async function writeWhole<T>(file: string, fill: (output: OutputFile) => Promise<T>): Promise<T> {
  const unfinished = `${file}.${process.pid}.part`;
  const stream = createWriteStream(unfinished);
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
    await rename(unfinished, file);
    return result;
  } catch (error) {
    stream.destroy();
    // It may still be about to be opened: what is removed before that would come back.
    await finished(stream).catch(() => {});
    await rm(unfinished, { force: true });
    throw error;
  }
}
