// Bundles what runs outside a checkout: every functions/<name>/<name>.lambda.ts for Lambda, and the infra app for a fast
// local synthesis. Usage: node scripts/build.mjs [--quiet]
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const quiet = process.argv.includes('--quiet');
const started = performance.now();

const lambdas = readdirSync(path.join(root, 'functions'))
  .map((name) => [`${name}/index`, path.join(root, 'functions', name, `${name}.lambda.ts`)])
  .filter(([, file]) => existsSync(file));

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  write: false,
};

const results = await Promise.all([
  // The SDK is bundled too: what was tested is what runs, and the embedded host would put stubs in its place.
  build({ ...shared, entryPoints: Object.fromEntries(lambdas), outdir: 'dist/functions', format: 'cjs' }),
  build({
    ...shared,
    entryPoints: { 'infra/app': 'infra/app.ts', 'infra/index': 'infra/index.ts' },
    outdir: 'dist',
    format: 'esm',
    packages: 'external',
  }),
]);

// Whole files in one step, and only those that changed: tests that run side by side build at the same time.
for (const { path: file, contents } of results.flatMap(({ outputFiles }) => outputFiles)) {
  if (existsSync(file) && readFileSync(file).equals(contents)) continue;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, contents);
  renameSync(`${file}.${process.pid}`, file);
}

if (!quiet) {
  const names = lambdas.map(([entry]) => path.dirname(entry)).join(', ');
  console.log(`built ${names} and the infra app in ${Math.round(performance.now() - started)} ms`);
}
