import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findPython, pythonWithPip } from '../../infra/find-python.ts';
import { packageRoot } from '../../infra/package-root.ts';
import { compileModules } from '../../infra/python-layer/byte-code.ts';
import { dropSymbols } from '../../infra/python-layer/drop-symbols.ts';
import { installLibraries } from '../../infra/python-layer/install-libraries.ts';
import { bytesBelow, inMegabytes } from '../../infra/python-layer/layer-sizes.ts';
import { smokeTest } from '../../infra/python-layer/smoke-test.ts';
import { trimLibraries } from '../../infra/python-layer/trim-libraries.ts';
import type { Bench, Goal, Report, Size } from '../bench.ts';
import { inTemporaryFolder } from '../child.ts';

const CLASSIC = path.join(packageRoot, 'python-predictor/requirements/classic.txt');
const ONNX = path.join(packageRoot, 'python-predictor/requirements/onnx.txt');
/** Not used by the project; the goal counts it because many functions carry it. */
const POWERTOOLS = path.join(packageRoot, 'bench/layers/powertools.txt');
const SCIKIT_LEARN = ['scikit-learn', 'scipy', 'numpy', 'joblib', 'threadpoolctl', 'narwhals', 'cloudpickle'];
const PANDAS = ['pandas', 'python-dateutil', 'six'];
const BOOSTED = ['xgboost-cpu', 'lightgbm', 'skops', 'packaging'];
const PYTHON = '3.13';
const ARCHITECTURE = 'x86_64';

interface LibrarySet {
  what: string;
  /** Writes the lock where it is none of the project's own. @returns its path. */
  lock(folder: string): string;
  /** Most megabytes with byte code. */
  goal?: number;
}

/** In bytes. */
interface Sizes {
  raw: number;
  trimmed: number;
  compiled: number;
  zipped: number | undefined;
}

const SETS: readonly LibrarySet[] = [
  {
    what: 'scikit-learn, pandas',
    lock: (folder) => excerpt(folder, [...SCIKIT_LEARN, ...PANDAS]),
    goal: 190,
  },
  {
    what: 'scikit-learn, pandas, XGBoost, LightGBM, skops, Powertools',
    lock: (folder) =>
      excerpt(folder, [...SCIKIT_LEARN, ...PANDAS, ...BOOSTED], readFileSync(POWERTOOLS, 'utf8')),
    goal: 225,
  },
  { what: '`classic`: as above without Powertools, with HDBSCAN', lock: () => CLASSIC },
  { what: '`onnx`: ONNX Runtime, tokenizers, pandas', lock: () => ONNX },
];

/** What the libraries of a predictor take in a Lambda layer: as they are installed, trimmed, and as byte code. */
export const layers: Bench = { name: 'layers', run };

async function run(size: Size): Promise<Report> {
  if (!findPython(PYTHON))
    throw new Error(`No Python ${PYTHON} was found: there is no byte code to measure.`);
  // Installing takes the time, and there is no smaller data.
  const sets = size === 'full' ? SETS : SETS.filter(({ goal }) => goal !== undefined);
  const measured = await inTemporaryFolder(async (folder) =>
    sets.map((set) => ({ ...set, sizes: sizesOf(set, folder, size) })),
  );
  return {
    title: 'Layers',
    about: ABOUT,
    goals: measured.flatMap(({ what, goal, sizes }): Goal[] =>
      goal === undefined
        ? []
        : [
            {
              what: `layer, MB: ${what}`,
              reference: 'an absolute size',
              ratio: sizes.compiled / 1e6,
              sense: 'at most',
              goal,
            },
          ],
    ),
    tables: [
      {
        columns: ['set, MB', 'goal', 'raw', 'trimmed', 'with byte code', 'zipped'],
        align: ['left', 'right', 'right', 'right', 'right', 'right'],
        rows: measured.map(({ what, goal, sizes: { raw, trimmed, compiled, zipped } }) => [
          ...[what, goal ?? ''],
          ...[raw, trimmed, compiled].map(inMegabytes),
          zipped === undefined ? '' : inMegabytes(zipped),
        ]),
      },
    ],
    notes: NOTES,
  };
}

const ABOUT = `\
What the libraries of a predictor take in a Lambda layer: as pip installs them, trimmed, and as the byte code that is shipped. Each set has to pass its smoke test after
that. Python ${PYTHON}, ${ARCHITECTURE}, the versions of \`python-predictor/requirements/\`; Lambda's limit is 262.1 MB.`;

const NOTES = `\
Byte code takes the place of the sources: both together would be about 40 MB more, which leaves \`classic\` hardly any room. Of the trimming, 45 MB are tests, 15
sources to compile from, 32 symbol tables (14 of those are HDBSCAN's).`;

/** Throws where the trimmed libraries do not work. */
function sizesOf({ lock }: LibrarySet, folder: string, size: Size): Sizes {
  const target = path.join(folder, 'libraries');
  const build = { requirements: lock(folder), pythonVersion: PYTHON, architecture: ARCHITECTURE } as const;
  installLibraries(build, target);
  const raw = bytesBelow(target);
  trimLibraries(target);
  dropSymbols(target);
  const trimmed = bytesBelow(target);
  compileModules(target, PYTHON, 'removed');
  smokeTest(target, build);
  const zipped = size === 'full' ? zippedBytes(target) : undefined;
  const sizes = { raw, trimmed, compiled: bytesBelow(target), zipped };
  rmSync(target, { recursive: true });
  return sizes;
}

/** The entries of these libraries in the lock of `classic`, and more text of that kind, as a lock of their own. */
function excerpt(folder: string, names: readonly string[], more = ''): string {
  const entries = readFileSync(CLASSIC, 'utf8').split(/\n(?=\S)/);
  const wanted = entries.filter((entry) => names.includes(entry.split('==')[0] ?? ''));
  if (wanted.length !== names.length)
    throw new Error(`The lock of classic lacks one of ${names.join(', ')}.`);
  const file = path.join(folder, `${names.length}.txt`);
  writeFileSync(file, [...wanted, more].join('\n'));
  return file;
}

function zippedBytes(folder: string): number {
  const script = 'import shutil, sys; shutil.make_archive(sys.argv[1], "zip", sys.argv[1])';
  execFileSync(pythonWithPip(), ['-c', script, folder]);
  return statSync(`${folder}.zip`).size;
}
