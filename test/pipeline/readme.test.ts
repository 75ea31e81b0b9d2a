import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { commandEnvironment } from './command-line.ts';

const readme = readFileSync('README.md', 'utf8');
const section = readme.split('\n## ').find((part) => part.startsWith('Your own model\n')) ?? '';
const [, script = ''] = /```sh\n([\s\S]*?)```/.exec(section) ?? [];
const [before = '', model = '', after = ''] = script.split(/(?<=<<'PY'.*\n)|(?<=\nPY\n)/);

/** A folder in which the section's lines do what they would do in the checkout, against the stack of the tests. */
const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(lines: string): string {
  const commands = path.join(folder, 'commands');
  mkdirSync(commands, { recursive: true });
  const npx = path.join(commands, 'npx');
  writeFileSync(
    npx,
    `#!/bin/sh\nshift\nexec "${process.execPath}" "${path.resolve('bin/dropscore.mjs')}" "$@"\n`,
  );
  chmodSync(npx, 0o755);
  const python = process.env.DROPSCORE_PYTHON ?? path.resolve('.venv/bin/python');
  symlinkSync(path.resolve(python, '../..'), path.join(folder, '.venv'));
  const env = commandEnvironment(inject('stack'));
  return execFileSync('sh', ['-e', '-c', lines], {
    cwd: folder,
    env: { ...env, PATH: `${commands}:${env.PATH}` },
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

describe('the README’s section on a model of one’s own', () => {
  it('needs fewer than ten lines of shell', () => {
    expect(model).toContain('joblib.dump(');
    expect(`${before}${after}`.trim().split('\n').length).toBeLessThan(10);
  });

  it('publishes and scores by its own lines', () => {
    const [first, ...lines] = script.split('\n');
    expect(first).toBe('npx dropscore local up');
    const output = run(lines.join('\n'));
    expect(output).toContain('wine@1');
    expect(output).toMatch(/rows +178: 178 scored, 0 with errors/);
    expect(output).toMatch(/VERSION +PREDICTION/);
  });
});
