import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What Lambda takes for a function and its layers together, unzipped. */
export const LAMBDA_LIMIT_BYTES = 262_144_000;

export function bytesBelow(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .reduce((sum, entry) => sum + lstatSync(path.join(entry.parentPath, entry.name)).size, 0);
}

/** Bytes by package, largest first; a package's bundled libraries (`numpy.libs`) and its metadata count as its own. */
export function packageSizes(target: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const entry of readdirSync(target, { withFileTypes: true })) {
    const file = path.join(target, entry.name);
    const owner = ownerOf(entry.name);
    const bytes = entry.isDirectory() ? bytesBelow(file) : lstatSync(file).size;
    sizes.set(owner, (sizes.get(owner) ?? 0) + bytes);
  }
  return new Map([...sizes].sort(([, a], [, b]) => b - a));
}

/** The folder that a distribution's code lies in, where it is called otherwise. */
const IMPORT_NAMES: Record<string, string> = {
  scikit_learn: 'sklearn',
  xgboost_cpu: 'xgboost',
  python_dateutil: 'dateutil',
};

function ownerOf(name: string): string {
  const owner = name.replace(/(-[^-]+\.dist-info|\.libs|\.pyc?)$/, '').replace(/\.cpython-.*$/, '');
  return IMPORT_NAMES[owner] ?? owner;
}

export const inMegabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
