import { incomingKey, uploadKey } from '../../core/keys.ts';
import { writingWords } from './csv-text.ts';
import { type Mishap, randomMishaps } from './mishaps.ts';
import type { Pool } from './pool.ts';
import { Random } from './random.ts';
import { randomSource, type Source } from './source.ts';

/** A message that asks for the job once more. */
export interface Duplicate {
  /** Milliseconds behind the first; undefined: when the job has ended. */
  afterMs: number | undefined;
  /** What it says of the time of the drop: duplicates do not come in order. */
  eventTime: string;
}

/** All that is to happen for one seed. */
export interface Drop {
  seed: number;
  source: Source;
  key: string;
  /** A part of the key that is no other drop's, and is the same in paths and in messages. */
  file: string;
  /** Whether S3 tells of it, and not a message. */
  isDropped: boolean;
  duplicates: readonly Duplicate[];
  mishaps: readonly Mishap[];
}

const FIRST_EVENT = Date.parse('2026-01-01T00:00:00.000Z');
const ODD_NAMES = ['', 'a b', 'é 日本', 'a+b%20c', "it's (1)"];

/** A pure function of the seed: the same number is the same drop, on every machine. */
export function theDrop(seed: number, pool: Pool): Drop {
  const random = new Random(seed);
  const source = randomSource(random, pool);
  const file = `chaos-${seed}-`;
  const name = `${file}${random.pick(ODD_NAMES)}${source.extension}`;
  const isDropped = random.chance(0.3);
  const key = isDropped ? incomingKey(source.model, name) : uploadKey(source.model, name);
  const duplicates = Array.from({ length: random.pick([0, 0, 1, 2, 3]) }, () => ({
    afterMs: random.chance(0.25) ? undefined : random.pick([0, 0, 500, 3_000, 9_000]),
    eventTime: new Date(FIRST_EVENT + random.int(0, 3_600_000)).toISOString(),
  }));
  return { seed, source, key, file, isDropped, duplicates, mishaps: randomMishaps(random, source, file) };
}

/** For people, who look for what is special about it. */
export function dropWords({ seed, source, key, isDropped, duplicates, mishaps }: Drop): string {
  const { kind, writing, rows, chunkRows, body } = source;
  const spoiled = rows.filter(({ outcome }) => 'code' in outcome).length;
  const late = duplicates.map(({ afterMs }) =>
    afterMs === undefined ? 'after the end' : `after ${afterMs} ms`,
  );
  return [
    `seed ${seed}: ${key}`,
    `  ${kind}, ${rows.length} rows (${spoiled} spoiled), ${chunkRows} a chunk, ${body.length} bytes${writing ? `; ${writingWords(writing)}` : ''}`,
    `  ${isDropped ? 'an S3 event' : 'a message'}${late.length > 0 ? `, and again ${late.join(', ')}` : ''}`,
    ...mishaps.map(
      ({ kind, rule: { on, after = 0, times = 1 } }) =>
        `  ${kind} (${on}, from number ${after + 1} on, ${times} times)`,
    ),
  ].join('\n');
}
