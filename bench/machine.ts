import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** This machine and its Node. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${cpus().length} × ${model}, ${memory} GiB; Node ${process.versions.node}`;
}

/** Of npm packages, as they are installed. */
export const versionsOf = (...packages: readonly string[]): string =>
  packages
    .map((name) => {
      const manifest = readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8');
      return `${name} ${JSON.parse(manifest).version}`;
    })
    .join(', ');
