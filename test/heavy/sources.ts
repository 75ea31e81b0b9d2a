import { createWriteStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export const MODEL = 'breast-cancer';
const [HEADER = '', ...SAMPLE] = sample(MODEL);
const RECORDS_A_BLOCK = 1000;
const MOST_ROWS = 20;

/** A source of a few rows; every other one has exactly one. */
export function smallSource(number: number): { file: string; rows: number; body: string } {
  const rows = number % 2 === 0 ? 1 : 2 + (number % (MOST_ROWS - 1));
  const name = `small-${number}`;
  return { file: `${name}.csv`, rows, body: `${HEADER}\n${records(name, 0, rows)}` };
}

/** Writes a source of so many rows for a model of the samples, a block at a time. */
export async function writeLargeSource(file: string, rows: number, model = MODEL): Promise<void> {
  const text = model === MODEL ? blocks(rows) : repeated(sample(model), rows);
  await pipeline(Readable.from(text), createWriteStream(file));
}

function* blocks(rows: number): Generator<string> {
  yield `${HEADER}\n`;
  for (let from = 0; from < rows; from += RECORDS_A_BLOCK)
    yield records('large', from, Math.min(from + RECORDS_A_BLOCK, rows));
}

/** Records that have no ids. */
function* repeated([header = '', ...lines]: readonly string[], rows: number): Generator<string> {
  yield `${header}\n`;
  for (let row = 0; row < rows; row++) yield `${lines[row % lines.length]}\n`;
}

function sample(model: string): string[] {
  return readFileSync(`sample-data/${model.replace('-', '_')}.csv`, 'utf8')
    .trimEnd()
    .split('\n');
}

/** Records of the sample over and over, each with an id of its own: an index that has few ids would be another load. */
function records(name: string, from: number, to: number): string {
  let text = '';
  for (let row = from; row < to; row++) {
    const sample = SAMPLE[row % SAMPLE.length] ?? '';
    text += `${name}-${row}${sample.slice(sample.indexOf(','))}\n`;
  }
  return text;
}
