import { distance } from 'fastest-levenshtein';
import type { ModelManifest } from '../../contracts/generated/types.ts';
import { InputRejected } from '../errors.ts';

/** The part of a manifest that says which columns a file must have. */
export type ColumnNeeds = Pick<ModelManifest, 'features' | 'idColumn' | 'passthrough'>;

/** Enough to mend a file by; a message has a limit. */
const NAMES_LISTED = 5;
const IGNORED_LISTED = 10;
/** A hostile header must not make the search for the nearest name slow. */
const NAMES_COMPARED = 2_000;
const NAME_LENGTH_COMPARED = 128;

/** Every column that a model reads: features, id and passthrough. */
export function neededColumns({ features, idColumn, passthrough }: ColumnNeeds): string[] {
  const names = [
    ...features.map(({ name }) => name),
    ...(idColumn ? [idColumn] : []),
    ...(passthrough ?? []),
  ];
  return [...new Set(names)];
}

/** Where the names stand, for the remedy. */
type Place = 'header' | 'frame';

/**
 * Compares the names of a source's columns with those that a model needs. Order does not matter, and columns that no one
 * reads may be there, even twice.
 *
 * @returns notes for the job.
 * @throws InputRejected columns_missing, columns_duplicated.
 */
export function checkColumns(
  names: readonly string[],
  needed: readonly string[],
  place: Place = 'header',
): string[] {
  const present = new Set(names);
  const missing = needed.filter((name) => !present.has(name));
  if (missing.length > 0) throw columnsMissing(missing, names, missing.length === needed.length, place);

  const isNeeded = new Set(needed);
  const seen = new Set<string>();
  const duplicated = new Set(
    names.filter((name) => isNeeded.has(name) && (seen.has(name) || !seen.add(name))),
  );
  if (duplicated.size > 0) throw columnsDuplicated([...duplicated], place);

  const ignored = [...present].filter((name) => !isNeeded.has(name));
  return ignored.length > 0
    ? [`The model does not read these columns: ${listed(ignored, IGNORED_LISTED)}.`]
    : [];
}

function columnsMissing(
  missing: readonly string[],
  names: readonly string[],
  isAll: boolean,
  place: Place,
): InputRejected {
  const hints = missing.slice(0, NAMES_LISTED).map((name) => `${quoted(name)}${hintFor(name, names)}`);
  const more = missing.length > hints.length ? `, and ${missing.length - hints.length} more` : '';
  const cause = isAll && place === 'header' ? likelyCause(names) : '';
  const where = place === 'header' ? 'columns in the first line' : 'its columns';
  const remedy = `Add or rename ${where}, and drop the file again.`;
  return new InputRejected(
    'columns_missing',
    `The ${place} lacks ${hints.join(', ')}${more}.${cause} ${remedy}`,
  );
}

function columnsDuplicated(duplicated: readonly string[], place: Place): InputRejected {
  const message = `The ${place} names ${listed(duplicated, NAMES_LISTED)} more than once, so it is open which column is meant: rename or remove one.`;
  return new InputRejected('columns_duplicated', message);
}

function hintFor(name: string, names: readonly string[]): string {
  const compared = names.slice(0, NAMES_COMPARED).filter(({ length }) => length <= NAME_LENGTH_COMPARED);
  const blanks = compared.find((there) => there.trim() === name.trim());
  if (blanks !== undefined) return ` (${quoted(blanks)} differs in blanks around it)`;
  const spelling = compared.find((there) => folded(there) === folded(name));
  if (spelling !== undefined)
    return ` (${quoted(spelling)} differs in upper and lower case, blanks or accents)`;
  const nearest = closestOf(name.slice(0, NAME_LENGTH_COMPARED), compared);
  return nearest === undefined ? '' : ` (did you mean ${quoted(nearest)}?)`;
}

const folded = (name: string) => name.normalize('NFC').trim().toLowerCase();

function closestOf(name: string, names: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(name.length / 3));
  const ranked = names
    .filter((there) => Math.abs(there.length - name.length) <= limit)
    .map((there) => ({ there, edits: distance(folded(name), folded(there)) }))
    .filter(({ there, edits }) => edits <= limit && edits < Math.max(name.length, there.length));
  return ranked.toSorted((a, b) => a.edits - b.edits)[0]?.there;
}

/** Not one needed column is there: the file as a whole is another one than was meant. */
function likelyCause([first = '', ...others]: readonly string[]): string {
  if (/^\s*[{[]/.test(first)) return ' It looks like JSON.';
  if (/^\s*</.test(first)) return ' It looks like HTML or XML.';
  if (others.length === 0) return " It holds one column only: is another delimiter meant than the model's?";
  return ' None of the columns is there: does the file begin with a header line?';
}

/** Names in quotes, the first `limit` of them. */
export function listed(names: readonly string[], limit: number): string {
  const shown = names.slice(0, limit).map(quoted).join(', ');
  return names.length > limit ? `${shown}, and ${names.length - limit} more` : shown;
}

/** Blanks that look like others, and characters that show nothing or turn the text around. */
const INVISIBLE = /[\u00a0\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/g;

/** As JSON, so that blanks, quotes and control characters can be seen. */
function quoted(name: string): string {
  const shown = JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name);
  return shown.replace(INVISIBLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
