import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { packageRoot } from '../infra/package-root.ts';

const python = process.env.DROPSCORE_PYTHON ?? path.join(packageRoot, '.venv/bin/python');
const MOST_OUTPUT_BYTES = 64 << 20;

/**
 * Bundles a script as Lambda's functions are.
 *
 * @param script from the project's root.
 * @returns the path of the bundle, for `runNode`.
 */
export async function bundle(script: string, folder: string): Promise<string> {
  const outfile = path.join(folder, `${path.basename(script, '.ts')}.cjs`);
  const entryPoints = [path.join(packageRoot, script)];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  return outfile;
}

/**
 * One thread collects garbage, as with the one processor that a function has. Others would free buffers when a busy machine lets them,
 * and peak memory would tell how busy it was.
 */
const ONE_PROCESSOR = '--single-threaded-gc';

/** @returns the JSON that the script prints. */
export const runNode = <T>(script: string, args: readonly string[]): Promise<T> =>
  printedJson(process.execPath, [ONE_PROCESSOR, script, ...args]);

/**
 * @param script from the project's root.
 * @param env beside this process's own.
 * @returns the JSON that it prints.
 */
export const runPython = <T>(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<T> => printedJson(python, [path.join(packageRoot, script), ...args], env);

async function printedJson<T>(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<T> {
  const options = { cwd: packageRoot, maxBuffer: MOST_OUTPUT_BYTES, env: { ...process.env, ...env } };
  const { stdout } = await promisify(execFile)(command, args, options);
  return JSON.parse(stdout);
}

/** The folder is gone when the work is done. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
