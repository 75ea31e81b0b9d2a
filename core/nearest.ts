import { closest, distance } from 'fastest-levenshtein';

/** The name that was probably meant, or undefined where none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const found = closest(name, names);
  return distance(name, found) <= Math.max(2, name.length / 3) ? found : undefined;
}
