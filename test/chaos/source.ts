import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { MODEL } from '../faults/publish-copy.ts';
import { csvText, ID, NOTE, type Writing } from './csv-text.ts';
import { JOBLIB_KINDS, JOBLIB_ROWS, MISSING_EVERY, type Pool, SAMPLE_ROWS } from './pool.ts';
import type { Random } from './random.ts';
import { type Outcome, type Row, randomRow, spoiledRow } from './row.ts';

/** What a row must come to, told by who made it. */
export interface ExpectedRow {
  /** Where in a file of lines it begins. */
  line?: number;
  recordId?: string;
  note?: string;
  outcome: Outcome;
}

export interface Source {
  kind: string;
  /** How its text is written, where it is one. */
  writing?: Writing;
  model: string;
  extension: string;
  body: Buffer;
  chunkRows: number;
  rows: readonly ExpectedRow[];
}

/** The copies of the sample's model that carry a text along, by their most rows a chunk. */
export const NOTED_MODELS = [60, 20].map((chunkRows) => ({
  name: `noted-${chunkRows}`,
  changes: { chunkRows, passthrough: [NOTE] },
}));

const MOST_ROWS = 600;
const SPOILED_SHARES = [0, 0, 0.01, 0.05, 0.4, 1];
const LONGEST_OF_SMALL_CHUNKS = 300;

export const randomSource = (random: Random, pool: Pool): Source =>
  random.chance(0.2) ? joblibSource(random, pool) : csvSource(random, pool);

function csvSource(random: Random, pool: Pool): Source {
  const count = rowCount(random);
  const model = random.pick(
    NOTED_MODELS.filter(({ changes }) => changes.chunkRows === 60 || count <= LONGEST_OF_SMALL_CHUNKS),
  );
  const writing = randomWriting(random, pool.features);
  const spoiled = random.pick(SPOILED_SHARES);
  const rows = Array.from({ length: count }, (_, i) =>
    (random.chance(spoiled) ? spoiledRow : randomRow)(i, random, pool, writing),
  );
  const text = csvText(rows, writing, random);
  const isCompressed = random.chance(0.2);
  return {
    kind: isCompressed ? 'csv.gz' : 'csv',
    writing,
    model: model.name,
    extension: isCompressed ? '.csv.gz' : '.csv',
    body: isCompressed ? gzipSync(text.bytes) : text.bytes,
    chunkRows: model.changes.chunkRows,
    rows: rows.map((row, i) => ({ ...expected(row), line: text.lines[i] ?? 0 })),
  };
}

const expected = ({ fields, outcome }: Row): ExpectedRow => ({
  recordId: fields.get(ID) ?? '',
  note: fields.get(NOTE) ?? '',
  outcome,
});

/** Few rows more often than many, and often those at which chunks end. */
function rowCount(random: Random): number {
  if (random.chance(0.25)) return random.pick([0, 1, 19, 20, 21, 59, 60, 61, 200, 201, 600]);
  return Math.floor(MOST_ROWS * random.fraction() ** 2);
}

function randomWriting(random: Random, features: readonly string[]): Writing {
  const delimiter = random.pick([',', ';', '\t', '|'] as const);
  const lineEnd = random.pick(['\n', '\n', '\r\n', '\r'] as const);
  const extras = ['extra', 'größe, in cm', 'x"y'].slice(0, random.pick([0, 0, 1, 3]));
  const quoting = extras.length > 1 ? 'minimal' : random.pick(['none', 'minimal', 'all'] as const);
  const columns = [ID, ...features, NOTE, ...extras];
  return {
    ...{ delimiter, lineEnd, quoting },
    decimal: delimiter === ';' && random.chance(0.5) ? ',' : '.',
    columns: random.chance(0.5) ? random.shuffled(columns) : columns,
    byteOrderMark: random.chance(0.2),
    endsWithLineEnd: random.chance(0.7),
    // Before a first cell that is empty, a lone CR would be ambiguous: such files are refused.
    blankLines: lineEnd !== '\r' && random.chance(0.3),
  };
}

function joblibSource(random: Random, { joblibFiles }: Pool): Source {
  const kind = random.pick(JOBLIB_KINDS);
  const rows = random.pick(JOBLIB_ROWS);
  const isFrame = kind === 'frame' || kind === 'compressed';
  const expectedRow = (i: number): ExpectedRow => ({
    ...(isFrame && { recordId: `BC-${String(i + 1).padStart(4, '0')}` }),
    outcome:
      isFrame && i % MISSING_EVERY === 0 ? { code: 'missing_value', column: 'mean texture' } : { poolRow: i },
  });
  return {
    kind: `joblib, ${kind}`,
    model: MODEL,
    extension: '.joblib',
    body: readFileSync(path.join(joblibFiles, `${kind}-${rows}.joblib`)),
    chunkRows: 60,
    rows: Array.from({ length: Math.min(rows, SAMPLE_ROWS) }, (_, i) => expectedRow(i)),
  };
}
