import { readFileSync } from 'node:fs';

/** What a model's manifest may be compared with: the libraries that decide how a model behaves. */
const COMPARED_LIBRARIES = [
  'scikit-learn',
  'xgboost-cpu',
  'lightgbm',
  'hdbscan',
  'skops',
  'onnxruntime',
  'tokenizers',
  'numpy',
  'scipy',
  'pandas',
  'joblib',
];

/**
 * The pinned versions of a lock file, by library, for a Python version on Lambda: a lock that serves several Pythons may
 * pin a library once for each.
 *
 * @throws where a line is pinned to no exact version.
 */
export function pinnedVersions(file: string, pythonVersion: string): Map<string, string> {
  const lines = readFileSync(file, 'utf8')
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('-'));
  const pins = lines.map((line) => {
    const [, name, version, marker] =
      /^([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)\s*(?:;\s*(.*?))?(?:\s--hash.*)?$/.exec(line) ?? [];
    if (!name || !version)
      throw new Error(
        `${file} is no lock: “${line.split(' ')[0]}” is not pinned by ==. docs/runtimes.md tells how to make one.`,
      );
    return { name: canonical(name), version, marker };
  });
  return new Map(
    pins
      .filter(({ marker }) => !marker || holds(marker, pythonVersion))
      .map(({ name, version }) => [name, version]),
  );
}

/** Those of the pins that are compared with a model's manifest. */
export function comparedLibraries(pins: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(
    COMPARED_LIBRARIES.flatMap((name) => {
      const version = pins.get(name);
      return version ? [[name, version]] : [];
    }),
  );
}

/** As PyPI compares names (PEP 503). */
const canonical = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

/** An environment marker (PEP 508) on Lambda, as lock files write them: alternatives of conditions. */
function holds(marker: string, pythonVersion: string): boolean {
  return marker
    .replaceAll(/[()]/g, '')
    .split(/\s+or\s+/)
    .some((alternative) =>
      alternative.split(/\s+and\s+/).every((condition) => meets(condition, pythonVersion)),
    );
}

/** Conditions on what is not known here (the processor, extras) pass. */
function meets(condition: string, pythonVersion: string): boolean {
  const [, name = '', operator = '', value = ''] =
    /^\s*(\w+)\s*(==|!=|<=|>=|<|>)\s*['"]([^'"]*)['"]\s*$/.exec(condition) ?? [];
  if (name === 'python_version' || name === 'python_full_version')
    return compares(versionOrder(pythonVersion, value), operator);
  const known: Record<string, string> = {
    sys_platform: 'linux',
    platform_system: 'Linux',
    os_name: 'posix',
    platform_python_implementation: 'CPython',
    implementation_name: 'cpython',
  };
  const actual = known[name];
  return actual === undefined || compares(actual === value ? 0 : 1, operator === '!=' ? '!=' : '==');
}

function compares(order: number, operator: string): boolean {
  if (operator.startsWith('<') && order < 0) return true;
  if (operator.startsWith('>') && order > 0) return true;
  return operator === '!=' ? order !== 0 : operator.includes('=') && order === 0;
}

/** Minor versions decide: `3.12.*` and `3.12` are the same here. */
function versionOrder(one: string, other: string): number {
  const [a = 0, b = 0] = one.split('.').map(Number);
  const [c = 0, d = 0] = other.split('.').map(Number);
  return a - c || b - d;
}
