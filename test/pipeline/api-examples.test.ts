import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { publishVirality } from './virality.ts';

const page = readFileSync('docs/api.md', 'utf8');
const PYTHON = process.env.DROPSCORE_PYTHON ?? '.venv/bin/python';
const { url, key } = inject('stack').api ?? expect.unreachable();
const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-examples-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The page's example in a language that holds some text, run in the checkout. */
function run(language: string, text: string, name: string, ...command: string[]): string {
  const examples = [...page.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter((found) => found[1] === language);
  const example = examples.map(([, , lines = '']) => lines).find((lines) => lines.includes(text));
  const file = path.join(folder, name);
  writeFileSync(file, example ?? '');
  const [program = '', ...rest] = command;
  const env = { ...process.env, DROPSCORE_API: url, DROPSCORE_KEY: key };
  return execFileSync(program, [...rest, file], { env, encoding: 'utf8' });
}

describe('the examples of docs/api.md', () => {
  beforeAll(async () => {
    await publishVirality(inject('stack'));
  });

  it('in curl', () => {
    expect(JSON.parse(run('sh', 'curl', 'curl.sh', 'sh', '-e')).predictions[0]).toMatchObject({
      model: 'virality',
    });
  });

  it('in Python', () => {
    expect(run('python', 'urllib', 'job.py', PYTHON)).toMatch(/^completed 569 \S+ 0\.\d+\n$/);
  });

  it('in TypeScript', () => {
    const [first, second, wrong] = run('ts', 'fetch', 'problems.mts', 'npx', 'tsx').split('\n');
    expect(first).toMatch(/^0\.\d+ (low|medium|high|viral)$/);
    expect(second).toContain('is not a number');
    expect(wrong).toBe('invalid_request: /records is needed');
  });
});
