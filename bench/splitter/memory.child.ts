/** Splits a text that is in memory in buffers of 64 KiB, and counts its newlines, in turns: VARIANT ROUNDS. */
import { ChunkSplitter } from '../../core/csv/chunk-splitter.ts';
import { inPieces } from '../../test/unit/csv/scan.ts';
import { textOf, type Variant } from './data.ts';
import type { InMemory } from './memory.ts';
import { newlinesOf } from './readers.ts';
import { SETTINGS } from './split.ts';

const BUFFER_BYTES = 64 * 1024;
/** The text is read so often in a round. */
const TIMES = 20;

const [variant, rounds] = process.argv.slice(2);
const { block } = textOf(variant as Variant);
const buffers = [...inPieces(block, [BUFFER_BYTES])];

const best: InMemory = { newlines: 0, dropscore: 0 };
for (let round = 0; round < Number(rounds); round++) {
  best.newlines = Math.max(best.newlines, gigabytesASecond(newlinesOf));
  const from = { byte: 1, row: 0, line: 2, chunk: 0 };
  const splitter = new ChunkSplitter({ ...SETTINGS, delimiter: ',', from });
  best.dropscore = Math.max(
    best.dropscore,
    gigabytesASecond((buffer) => splitter.push(buffer)),
  );
}
console.log(JSON.stringify(best));

function gigabytesASecond(read: (buffer: Buffer) => unknown): number {
  const started = performance.now();
  for (let time = 0; time < TIMES; time++) for (const buffer of buffers) read(buffer);
  return (TIMES * block.length) / 1e6 / (performance.now() - started);
}
