// Runs the steps of a script one by one, telling what it does and how long it takes.
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

export const root = new URL('..', import.meta.url).pathname;
export const python = process.env.DROPSCORE_PYTHON ?? `${root}.venv/bin/python`;

const color = process.stdout.isTTY && !process.env.NO_COLOR;
const dim = (text) => (color ? `\u001b[2m${text}\u001b[0m` : text);

/** Times an action and prints what it does, and how long it took. */
export async function step(what, action) {
  const started = performance.now();
  process.stdout.write(`▸ ${what}\n`);
  const result = await action();
  process.stdout.write(dim(`  ${what}: done in ${((performance.now() - started) / 1000).toFixed(1)} s\n`));
  return result;
}

/**
 * Runs a command in the project's root. Quiet commands show their output only when they fail.
 *
 * @returns the exit code.
 */
export function run(command, args, { quiet = false, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    const output = [];
    for (const stream of quiet ? [child.stdout, child.stderr] : [])
      stream.on('data', (bytes) => output.push(bytes));
    child.on('error', reject);
    child.on('close', (code) => {
      if (quiet && code !== 0) process.stdout.write(Buffer.concat(output));
      resolve(code ?? 1);
    });
  });
}

/** As `run`, but a failure ends the script. */
export async function mustRun(command, args, options) {
  const code = await run(command, args, options);
  if (code !== 0) {
    console.error(`\n${command} ${args.join(' ')} failed with exit code ${code}.`);
    process.exit(1);
  }
}
