import { createWriteStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A source made of the rows of a sample, over and over. */
export interface Sample {
  model: string;
  header: string;
  /** @param to exclusive. @returns records, each with its line break. */
  records(name: string, from: number, to: number): string;
}

const RECORDS_A_BLOCK = 1000;

/** 30 features, and an id of its own for each record: an index that has few ids would be another load. */
export const breastCancer: Sample = sample(
  'breast-cancer',
  'breast_cancer',
  (line, id) => id + line.slice(line.indexOf(',')),
);

/** 10 features, and no id. */
export const diabetes: Sample = sample('diabetes', 'diabetes', (line) => line);

function sample(model: string, file: string, record: (line: string, id: string) => string): Sample {
  const [header = '', ...lines] = readFileSync(`sample-data/${file}.csv`, 'utf8').trimEnd().split('\n');
  return {
    model,
    header,
    records(name, from, to) {
      let text = '';
      for (let row = from; row < to; row++)
        text += `${record(lines[row % lines.length] ?? '', `${name}-${row}`)}\n`;
      return text;
    },
  };
}

/** Writes a source of so many rows, a block at a time. */
export async function writeSource(file: string, of: Sample, rows: number): Promise<void> {
  await pipeline(Readable.from(blocks(of, rows)), createWriteStream(file));
}

function* blocks({ header, records }: Sample, rows: number): Generator<string> {
  yield `${header}\n`;
  for (let from = 0; from < rows; from += RECORDS_A_BLOCK)
    yield records('large', from, Math.min(from + RECORDS_A_BLOCK, rows));
}
