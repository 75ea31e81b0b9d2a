// Bundles the command line into one file that loads each package only when a command needs it. In a checkout it is bundled
// anew whenever a source has changed, which takes a tenth of a second; an installed package has the bundle and no sources.
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const entry = 'cli/dropscore.ts';
export const bundle = path.join(root, 'dist/cli/dropscore.cjs');
const inputsFile = path.join(root, 'dist/cli/inputs.json');

export function isUpToDate() {
  if (!existsSync(path.join(root, entry))) return true;
  if (!existsSync(bundle) || !existsSync(inputsFile)) return false;
  const builtAt = statSync(bundle).mtimeMs;
  return JSON.parse(readFileSync(inputsFile, 'utf8')).every((input) => {
    const facts = statSync(path.join(root, input), { throwIfNoEntry: false });
    return facts !== undefined && facts.mtimeMs < builtAt;
  });
}

/** CommonJS, since `require` inside it waits until its module is needed; an ES module would load all packages at once. */
export async function bundleCli() {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    define: {
      'import.meta.url': 'moduleUrl',
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
    },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  mkdirSync(path.dirname(bundle), { recursive: true });
  const [file] = outputFiles;
  writeInOneStep(inputsFile, JSON.stringify(Object.keys(metafile.inputs)));
  writeInOneStep(bundle, file.contents);
}

/** Two commands may start at the same moment. */
function writeInOneStep(file, contents) {
  writeFileSync(`${file}.${process.pid}`, contents);
  renameSync(`${file}.${process.pid}`, file);
}
