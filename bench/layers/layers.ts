/**
 * What the libraries of a predictor take in a Lambda layer: as they are installed, trimmed, and as byte code.
 *
 *     npx tsx bench/layers.ts
 *
 * Ends with exit code 1 where a goal is missed, or the trimmed libraries do not work.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { findPython, pythonWithPip } from '../infra/find-python.ts';
import { packageRoot } from '../infra/package-root.ts';
import { compileModules } from '../infra/python-layer/byte-code.ts';
import { dropSymbols } from '../infra/python-layer/drop-symbols.ts';
import { installLibraries } from '../infra/python-layer/install-libraries.ts';
import { bytesBelow, inMegabytes } from '../infra/python-layer/layer-sizes.ts';
import { smokeTest } from '../infra/python-layer/smoke-test.ts';
import { trimLibraries } from '../infra/python-layer/trim-libraries.ts';

const CLASSIC = path.join(packageRoot, 'python-predictor/requirements/classic.txt');
const ONNX = path.join(packageRoot, 'python-predictor/requirements/onnx.txt');
/** Not used by the project; the goal counts it because many functions carry it. */
const POWERTOOLS = path.join(packageRoot, 'bench/layers-powertools.txt');
const SCIKIT_LEARN = ['scikit-learn', 'scipy', 'numpy', 'joblib', 'threadpoolctl', 'narwhals', 'cloudpickle'];
const PANDAS = ['pandas', 'python-dateutil', 'six'];
const BOOSTED = ['xgboost-cpu', 'lightgbm', 'skops', 'packaging'];

interface LibrarySet {
  what: string;
  lock: string;
  /** Most megabytes with byte code. */
  goal?: number;
}

const scratch = mkdtempSync(path.join(tmpdir(), 'dropscore-layers-'));
const pythonVersion = '3.13';
const architecture = 'x86_64';
const sets: LibrarySet[] = [
  {
    what: 'scikit-learn, pandas',
    lock: excerpt([...SCIKIT_LEARN, ...PANDAS]),
    goal: 190,
  },
  {
    what: 'scikit-learn, pandas, XGBoost, LightGBM, skops, Powertools',
    lock: excerpt([...SCIKIT_LEARN, ...PANDAS, ...BOOSTED], readFileSync(POWERTOOLS, 'utf8')),
    goal: 225,
  },
  { what: '`classic`: as above without Powertools, with HDBSCAN', lock: CLASSIC },
  { what: '`onnx`: ONNX Runtime, tokenizers, pandas', lock: ONNX },
];

if (!findPython(pythonVersion))
  throw new Error(`No Python ${pythonVersion} was found: there is no byte code to measure.`);
console.log(
  `${cpus().length} × ${cpus()[0]?.model}; Node ${process.version}, Python ${pythonVersion}, ${architecture}.\n`,
);
console.log('| set, MB | goal | raw | trimmed | with byte code | zipped |\n|---|---:|---:|---:|---:|---:|');
const missed: string[] = [];
for (const [i, set] of sets.entries()) {
  const target = path.join(scratch, String(i));
  installLibraries({ requirements: set.lock, pythonVersion, architecture }, target);
  const raw = bytesBelow(target);
  trimLibraries(target);
  dropSymbols(target);
  const trimmed = bytesBelow(target);
  compileModules(target, pythonVersion, 'removed');
  smokeTest(target, { requirements: set.lock, pythonVersion, architecture });
  const compiled = bytesBelow(target);
  const cells = [raw, trimmed, compiled, zippedBytes(target)].map(inMegabytes);
  console.log(`| ${[set.what, set.goal ?? '', ...cells].join(' | ')} |`);
  if (set.goal && compiled > set.goal * 1e6)
    missed.push(`${set.what}: ${inMegabytes(compiled)} MB, goal ${set.goal}`);
  rmSync(target, { recursive: true });
}
rmSync(scratch, { recursive: true });
for (const goal of missed) console.error(`missed: ${goal}`);
process.exit(missed.length === 0 ? 0 : 1);

/** The entries of these libraries in the lock of `classic`, and more text of that kind, as a lock of their own. */
function excerpt(names: readonly string[], more = ''): string {
  const entries = readFileSync(CLASSIC, 'utf8').split(/\n(?=\S)/);
  const wanted = entries.filter((entry) => names.includes(entry.split('==')[0] ?? ''));
  if (wanted.length !== names.length)
    throw new Error(`The lock of classic lacks one of ${names.join(', ')}.`);
  const file = path.join(scratch, `${names.length}.txt`);
  writeFileSync(file, [...wanted, more].join('\n'));
  return file;
}

function zippedBytes(folder: string): number {
  const script = 'import shutil, sys; shutil.make_archive(sys.argv[1], "zip", sys.argv[1])';
  execFileSync(pythonWithPip(), ['-c', script, folder]);
  return statSync(`${folder}.zip`).size;
}
