import { Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { InputRejected } from '../../core/errors.ts';

/**
 * Inflates a gzip stream of one or several members with flat memory. An empty object is an empty text.
 *
 * @param compressedBytes The object's size: bytes behind the last member would otherwise be dropped in silence.
 * @throws InputRejected gzip_corrupt (damaged, cut off, or followed by something else), gzip_too_large (over the limit:
 * a small file can inflate a thousandfold).
 */
export async function* inflate(
  compressed: AsyncIterable<Buffer>,
  compressedBytes: number,
  maxInflatedBytes: number,
): AsyncGenerator<Buffer> {
  if (compressedBytes === 0) return;
  const gunzip = createGunzip({ chunkSize: 256 * 1024, finishFlush: constants.Z_FINISH });
  const source = Readable.from(compressed);
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  let inflated = 0;
  try {
    for await (const bytes of gunzip) {
      inflated += (bytes as Buffer).length;
      if (inflated > maxInflatedBytes) throw tooLarge(maxInflatedBytes);
      yield bytes as Buffer;
    }
  } catch (error) {
    throw isZlibError(error) ? corrupt(`it breaks after ${inflated} inflated bytes (${error.code})`) : error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
  if (gunzip.bytesWritten < compressedBytes) {
    throw corrupt(`something other than gzip data follows after byte ${gunzip.bytesWritten}`);
  }
}

const corrupt = (what: string) =>
  new InputRejected(
    'gzip_corrupt',
    `The gzip data cannot be read: ${what}. Compress the file anew and drop it again.`,
  );

const tooLarge = (limit: number) =>
  new InputRejected(
    'gzip_too_large',
    `The file inflates to more than ${limit} bytes: drop it in parts, or raise maxInflatedBytes.`,
  );

function isZlibError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
