import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Matrix } from '../../../contracts/generated/types.ts';
import { python } from '../../fuzz/against-pandas.ts';

export interface JoblibFile {
  name: string;
  bytes: Buffer;
}

/** The corpus, and files that the installed libraries write. */
export async function joblibFiles(): Promise<JoblibFile[]> {
  const lines = (await run('joblib_files.py')) as { name: string; bytes: string }[];
  return lines.map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes, 'base64') }));
}

/** What the Python twin says to each head. */
export async function pythonInPlace(heads: readonly Buffer[]): Promise<(Matrix | null)[]> {
  const matrices = await run(
    'where_in_place.py',
    heads.map((head) => `${head.toString('base64')}\n`).join(''),
  );
  return matrices as (Matrix | null)[];
}

/** The JSON that a script prints, line by line. */
async function run(script: string, input = ''): Promise<unknown[]> {
  const folder = (name: string) =>
    fileURLToPath(new URL(`../../../python-predictor/${name}`, import.meta.url));
  const env = { ...process.env, PYTHONPATH: [folder('src'), folder('tests')].join(path.delimiter) };
  const child = spawn(python, [fileURLToPath(new URL(script, import.meta.url))], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  child.stdin.end(input);
  const output = await text(child.stdout);
  const [code] = await exited;
  if (code !== 0) throw new Error(`${script} ended with ${code}.`);
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
