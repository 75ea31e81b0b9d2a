import type { Chunk } from '../../contracts/generated/types.ts';
import type { SourceChunk } from './source-chunks.ts';

/** Undefined where the other has no chunk of that number. */
export interface ChunkPair {
  fresh: SourceChunk | undefined;
  chunk: Chunk | undefined;
}

/**
 * Both in the order of their numbers, those of one number together.
 *
 * @param whole whether the source is counted to its end, or only as far as the ledger goes.
 */
export async function* pairChunks(
  source: AsyncIterable<SourceChunk>,
  ledger: AsyncIterable<Chunk>,
  whole: boolean,
): AsyncGenerator<ChunkPair> {
  const counted = source[Symbol.asyncIterator]();
  const written = ledger[Symbol.asyncIterator]();
  try {
    let chunk = await next(written);
    let fresh = chunk || whole ? await next(counted) : undefined;
    while (chunk || (fresh && whole)) {
      const hasChunk = chunk !== undefined && chunk.chunk <= (fresh?.chunk ?? Number.POSITIVE_INFINITY);
      const hasFresh = fresh !== undefined && fresh.chunk <= (chunk?.chunk ?? Number.POSITIVE_INFINITY);
      yield { fresh: hasFresh ? fresh : undefined, chunk: hasChunk ? chunk : undefined };
      if (hasChunk) chunk = await next(written);
      if (hasFresh) fresh = chunk || whole ? await next(counted) : undefined;
    }
  } finally {
    await counted.return?.();
  }
}

async function next<T>(items: AsyncIterator<T>): Promise<T | undefined> {
  const { value, done } = await items.next();
  return done ? undefined : value;
}
