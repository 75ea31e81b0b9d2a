import { killed, vanished } from '../faults/faults.ts';
import { movesCheckpoint, putsChunk, putsResult, sendsChunks, setsTotal } from '../faults/points.ts';
import type { Mishap } from './mishaps.ts';
import type { Random } from './random.ts';
import type { Source } from './source.ts';

const EVERY_TIME = Number.POSITIVE_INFINITY;

/** What no second try mends. Few lose a message, as minutes pass until the watchdog comes. */
export const randomCalamity = (random: Random, source: Source): Mishap =>
  random.pick([aCrashingChunk, aCrashingFanOut, aCrashingChunk, aCrashingFanOut, aLostMessage])(
    random,
    source,
  );

function aCrashingChunk(random: Random, { rows, chunkRows }: Source): Mishap {
  const lastChunk = Math.min(9, Math.ceil(rows.length / chunkRows) - 1);
  return {
    kind: 'calamity: a chunk crashes every time',
    rule: { ...putsResult(random.int(0, Math.max(0, lastChunk))), times: EVERY_TIME },
    leaves: 'chunk_failed',
    fault: () => killed('before'),
  };
}

const aCrashingFanOut = (random: Random): Mishap => ({
  kind: 'calamity: fan-out crashes every time',
  rule: { ...random.pick([putsChunk, movesCheckpoint, setsTotal]), times: EVERY_TIME },
  leaves: 'intake_failed',
  fault: () => killed('before'),
});

const aLostMessage = (): Mishap => ({
  kind: 'calamity: a message is lost',
  rule: sendsChunks,
  needsWatchdog: true,
  fault: () => vanished,
});
