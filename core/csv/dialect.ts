import type { Dialect } from '../../contracts/generated/types.ts';
import { isInputRejected } from '../errors.ts';
import { type ColumnNeeds, neededColumns } from './columns.ts';
import { fieldsOf, type Sample, sampleRecords } from './sample.ts';

export interface DetectedDialect {
  dialect: Dialect;
  /** A sentence for the job: whoever wonders about a score finds how its file was read. */
  note: string;
}

/** In the order in which a draw is decided. */
const DELIMITERS = [',', '\t', ';', '|'] as const;
const NAMES: Record<Dialect['delimiter'], string> = {
  ',': 'comma',
  '\t': 'tab',
  ';': 'semicolon',
  '|': 'bar',
};
const RECORDS_COMPARED = 100;

const COMMA_NUMBER = /^[+-]?\d+,\d+$/;
const POINT_NUMBER = /^[+-]?\d*\.\d+$/;

/**
 * Detects how a file is written whose model's manifest does not say. The strongest evidence for a delimiter is a header that
 * holds the columns the model needs; then the file's name; then records of as many fields as the header. One column is read
 * as comma-separated.
 */
export function detectDialect(sample: Sample, key: string, manifest: ColumnNeeds): DetectedDialect {
  const delimiter = detectDelimiter(sample, key, neededColumns(manifest));
  const decimal = delimiter === ';' ? detectDecimal(sample, manifest) : '.';
  const mark = decimal === ',' ? 'a decimal comma' : 'a decimal point';
  const note = `The model's manifest states no dialect: the file was read as ${NAMES[delimiter]}-separated with ${mark}.`;
  return { dialect: { delimiter, decimal }, note };
}

function detectDelimiter(sample: Sample, key: string, needed: readonly string[]): Dialect['delimiter'] {
  // A line of tabs alone would be a header of empty names to the tab, and is a blank line to the others.
  if (sample.complete && !/\S/.test(sample.bytes.toString('utf8'))) return ',';
  const candidates = DELIMITERS.map((delimiter) => ({ delimiter, ...evidence(sample, delimiter, needed) }));
  const best = (of: (candidate: (typeof candidates)[number]) => number) =>
    candidates.reduce((a, b) => (of(b) > of(a) ? b : a));
  const byColumns = best(({ columnsFound }) => columnsFound);
  if (byColumns.columnsFound > 0) return byColumns.delimiter;
  if (/\.(tsv|tab)(\.gz)?$/i.test(key)) return '\t';
  return best(({ consistency }) => consistency).delimiter;
}

/** Consistency is the share of records with as many fields as the header, 0 where that is one field. */
function evidence(sample: Sample, delimiter: string, needed: readonly string[]) {
  const [header, ...rows] = sampledFields(sample, delimiter);
  if (!header) return { columnsFound: 0, consistency: 0 };
  const present = new Set(header);
  const columnsFound = needed.filter((name) => present.has(name)).length;
  const alike = rows.filter(({ length }) => length === header.length).length;
  const consistency = header.length === 1 ? 0 : (alike + 1) / (rows.length + 1);
  return { columnsFound, consistency };
}

/**
 * A decimal comma is concluded only where the model's numeric columns hold more numbers with a comma than with a point.
 */
function detectDecimal(sample: Sample, { features }: ColumnNeeds): Dialect['decimal'] {
  const [header, ...rows] = sampledFields(sample, ';');
  const numeric = features
    .filter(({ type }) => type === 'float')
    .map(({ name }) => header?.indexOf(name) ?? -1);
  const values = rows
    .flatMap((row) => numeric.map((column) => row[column] ?? ''))
    .filter((value) => value !== '');
  const commas = values.filter((value) => COMMA_NUMBER.test(value)).length;
  const points = values.filter((value) => POINT_NUMBER.test(value)).length;
  return commas > points ? ',' : '.';
}

/** The header's fields and those of some records; none where the sample breaks a rule of records under this delimiter. */
function sampledFields(sample: Sample, delimiter: string): string[][] {
  try {
    const records = sampleRecords(sample, delimiter, RECORDS_COMPARED);
    return records.map(({ byteStart, byteEnd }) =>
      fieldsOf(sample.bytes.toString('utf8', byteStart, byteEnd), delimiter),
    );
  } catch (error) {
    if (isInputRejected(error)) return [];
    throw error;
  }
}
