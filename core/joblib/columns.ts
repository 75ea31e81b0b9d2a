import type { ModelManifest, StagedIndex } from '../../contracts/generated/types.ts';
import { type ColumnNeeds, checkColumns, listed } from '../csv/columns.ts';
import { bounded, InputRejected } from '../errors.ts';

/** What a joblib source tells of its columns; the predictor's `typed_rows.py` finds them by the same rules. */
export type JoblibColumns = Pick<StagedIndex, 'columns' | 'index'>;

type Needs = ColumnNeeds & Pick<ModelManifest, 'name'>;

const NOTE_LIMIT = 200;
const NAMES_LISTED = 3;

/**
 * Compares the columns of a joblib source with what a model needs. Columns without names are features by their position. Ids
 * and passed-through columns may be missing: what was saved for training has none.
 *
 * @returns short notes for the job, three at most.
 * @throws InputRejected column_count_mismatch; columns_missing, columns_duplicated as for CSV.
 */
export function checkJoblibColumns({ columns, index }: JoblibColumns, needs: Needs): string[] {
  const names = columns.filter((name) => name !== null);
  if (index?.name) names.push(index.name);
  const isNameless = columns.every((name) => name === null);
  const notes = isNameless ? checkCount(columns.length, needs) : checkNames(names, needs);
  return [...notes, ...missing(names, index, needs)].map((note) => bounded(note, NOTE_LIMIT));
}

function checkCount(found: number, { name, features }: Needs): string[] {
  const expected = features.length;
  if (found === expected)
    return [
      `The columns have no names: the ${found} of them were taken for the model's features in their order.`,
    ];
  const message = `The file has ${found} ${found === 1 ? 'column' : 'columns'} without names, and the model ${name} needs ${expected} ${expected === 1 ? 'feature' : 'features'}: save an array with as many columns, or a DataFrame with the model's column names.`;
  throw new InputRejected('column_count_mismatch', message);
}

function checkNames(names: readonly string[], { features, idColumn, passthrough = [] }: Needs): string[] {
  const present = new Set(names);
  const optional = [...(idColumn ? [idColumn] : []), ...passthrough].filter((name) => present.has(name));
  const needed = [...new Set([...features.map(({ name }) => name), ...optional])];
  return checkColumns(names, needed, 'frame');
}

function missing(
  names: readonly string[],
  index: JoblibColumns['index'],
  { idColumn, passthrough = [] }: Needs,
): string[] {
  const notes: string[] = [];
  const absent = passthrough.filter((name) => !names.includes(name));
  if (absent.length > 0)
    notes.push(`Not passed through, since the file has no such column: ${listed(absent, NAMES_LISTED)}.`);
  if (idColumn && !names.includes(idColumn) && index?.name !== null)
    notes.push(
      `The rows have no ids, so they are found by job and row only: there is no column and no index ${listed([idColumn], 1)}.`,
    );
  return notes;
}
