import { ID, NOTE, type Writing } from './csv-text.ts';
import type { Pool } from './pool.ts';
import type { Random } from './random.ts';

/** A row of a CSV source before it is written, and what it must come to. */
export interface Row {
  /** Texts by column. */
  fields: Map<string, string>;
  /** Fields that are left out at the end; added, where negative. */
  fieldsMissing: number;
  outcome: Outcome;
}

/** The score of a row of the pool, or an error. */
export type Outcome = { poolRow: number } | { code: string; column?: string };

const PLAIN_TEXTS = ['', 'a', ' b ', 'ä 日本 😀', "it's", '\\', '=1+1', 'NA', '-'];
const QUOTED_TEXTS = ['two\nlines', 'a,b;c|d\te', 'say "so"', '\r\n', '"', 'x\r\ny\n\nz'];
const NO_NUMBERS = ['abc', '1.2.3', '12 34', '1e', '--1', '0x1F', '1_000', 'true', '…'];
const MISSING_NUMBERS = ['', 'NA', 'nan', 'NULL', 'None', '#N/A'];
const INFINITIES = ['inf', '-inf', 'Infinity'];
const ID_CHARACTERS = 2048;

/** Ways to spoil a row, each with the one reason for which it is to be refused. */
const SPOILS: readonly ((row: Row, random: Random, pool: Pool) => Outcome)[] = [
  (row, random, pool) => ({ code: 'not_a_number', column: written(row, random, pool, NO_NUMBERS) }),
  (row, random, pool) => ({ code: 'missing_value', column: written(row, random, pool, MISSING_NUMBERS) }),
  (row, random, pool) => {
    written(row, random, pool, INFINITIES);
    return { code: 'refused_by_model' };
  },
  (row, random) => {
    row.fieldsMissing = random.int(1, 5);
    return { code: 'too_few_fields' };
  },
  (row, random) => {
    row.fieldsMissing = -random.int(1, 5);
    return { code: 'too_many_fields' };
  },
  (row) => {
    row.fields.set(ID, '');
    return { code: 'missing_id', column: ID };
  },
  (row, random) => {
    row.fields.set(ID, random.pick(['x', 'é', '😀']).repeat(ID_CHARACTERS));
    return { code: 'id_too_long', column: ID };
  },
  (row) => {
    row.fields.set(NOTE, 'nul\0');
    return { code: 'nul_character' };
  },
];

/** @returns the feature that is written so. */
function written(row: Row, random: Random, { features }: Pool, texts: readonly string[]): string {
  const column = random.pick(features);
  row.fields.set(column, random.pick(texts));
  return column;
}

export function randomRow(index: number, random: Random, pool: Pool, writing: Writing): Row {
  const { quoting, decimal } = writing;
  const texts = quoting === 'none' ? PLAIN_TEXTS : [...PLAIN_TEXTS, ...QUOTED_TEXTS];
  const poolRow = random.int(0, pool.rows.length - 1);
  const numbers = pool.rows[poolRow]?.cells.map((cell) => cell.replace('.', decimal)) ?? [];
  const fields = new Map(pool.features.map((name, i) => [name, numbers[i] ?? '']));
  fields.set(ID, `${random.chance(0.1) ? random.pick(texts) : 'C'}-${index}`);
  fields.set(NOTE, random.pick(texts));
  return { fields, fieldsMissing: 0, outcome: { poolRow } };
}

/** As `randomRow`, but for one thing. */
export function spoiledRow(index: number, random: Random, pool: Pool, writing: Writing): Row {
  const row = randomRow(index, random, pool, writing);
  row.outcome = random.pick(SPOILS)(row, random, pool);
  return row;
}
