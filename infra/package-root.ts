import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory of dropscore's package.json: sources and built bundles lie at different depths below it. */
export const packageRoot: string = findRoot(path.dirname(fileURLToPath(import.meta.url)));

function findRoot(directory: string): string {
  const file = path.join(directory, 'package.json');
  if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'dropscore')
    return directory;
  const parent = path.dirname(directory);
  if (parent === directory) throw new Error("dropscore's package.json is not above its own code.");
  return findRoot(parent);
}
