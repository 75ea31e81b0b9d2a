/**
 * Takes each defence out in turn, and prints which test notices:
 *   npm run test:mutations
 * The working tree is changed meanwhile and put back; a defence whose test stays green fails the run.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { python } from '../../local/host-environment.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';

const isPython = ({ file }: Mutation) => file.endsWith('.py');

/** Whether the tests of some mutations, all of one language, pass. */
function areGreen(mutations: readonly Mutation[]): boolean {
  const files = [...new Set(mutations.map(({ test: [file] }) => file))];
  const names = mutations.map(({ test: [, name] }) => name);
  const [command, ...args] = mutations.every(isPython)
    ? [
        ...[python(), '-m', 'pytest', '-q', '-x', '-c', 'python-predictor/pyproject.toml'],
        ...['--rootdir', 'python-predictor', ...files, '-k', names.join(' or ')],
      ]
    : ['node_modules/.bin/vitest', 'run', ...files, '--bail=1', '-t', names.join('|')];
  // With more threads than free processors, training the sample models takes minutes.
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  const { status, signal } = spawnSync(command ?? '', args, { env, encoding: 'utf8', timeout: 900_000 });
  // Of both runners 1 is a test that fails; anything else is none that ran.
  if (status !== 0 && status !== 1) throw new Error(`${files} ended with ${signal ?? status}.`);
  return status === 0;
}

function withMutation<T>({ file, find, replace }: Mutation, action: () => T): T {
  const source = readFileSync(file, 'utf8');
  if (source.split(find).length !== 2) throw new Error(`${file} does not hold just once: ${find}`);
  try {
    writeFileSync(
      file,
      source.replace(find, () => replace),
    );
    return action();
  } finally {
    writeFileSync(file, source);
  }
}

// The tests are interrupted, not this process: what was changed is put back.
process.on('SIGINT', () => {});

for (const language of [true, false])
  if (!areGreen(MUTATIONS.filter((mutation) => isPython(mutation) === language)))
    throw new Error('A test is red before anything was changed.');

console.log('| defence taken out | noticed by |\n|---|---|');
for (const mutation of MUTATIONS) {
  const isNoticed = withMutation(mutation, () => !areGreen([mutation]));
  const [file, name] = mutation.test;
  console.log(`| ${mutation.defence} | ${isNoticed ? `\`${file}\`: ${name}` : 'NOTHING'} |`);
  if (!isNoticed) process.exitCode = 1;
}
