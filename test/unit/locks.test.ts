import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Lock {
  packages: Record<
    string,
    { version?: string; resolved?: string; integrity?: string; license?: string; inBundle?: true }
  >;
}

const npm = Object.entries((JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock).packages).filter(
  ([name]) => name !== '',
);
const REQUIREMENTS = 'python-predictor/requirements';
const pythonLocks = readdirSync(REQUIREMENTS)
  .filter((name) => name.endsWith('.in'))
  .map((name) => `${REQUIREMENTS}/${name.replace(/in$/, 'txt')}`);

const requirementsOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split(/\n(?=\S)/)
    .filter((text) => /^[A-Za-z0-9]/.test(text));

describe('the lock files', () => {
  it('name no download host, so that they install from any mirror', () => {
    expect(npm.filter(([, { resolved }]) => resolved).map(([name]) => name)).toEqual([]);
    for (const file of pythonLocks)
      expect(readFileSync(file, 'utf8')).not.toMatch(/https?:|--(extra-)?index-url/);
  });

  it('pin every package by version and hash', () => {
    expect(npm.length).toBeGreaterThan(100);
    // A package inside another's archive is covered by that one's hash.
    for (const [name, { version, integrity, inBundle }] of npm) {
      if (!inBundle) expect([name, version, integrity]).not.toContain(undefined);
    }
    for (const file of pythonLocks) {
      const requirements = requirementsOf(file);
      expect(requirements.length).toBeGreaterThan(1);
      for (const requirement of requirements)
        expect(requirement).toMatch(/^\S+==[^\s]+[\s\S]*--hash=sha256:/);
    }
  });

  it('pin the same version of what several hold', () => {
    const pins = (file: string) => requirementsOf(file).map((text) => text.split(/\s/, 1)[0] ?? '');
    const everywhere = new Set(pins(`${REQUIREMENTS}/local.txt`));
    expect(pythonLocks).toHaveLength(5);
    for (const file of pythonLocks)
      for (const pin of pins(file)) expect([file, everywhere.has(pin) || pin]).toEqual([file, true]);
  });

  it('hold only licences that agree with Apache-2.0', () => {
    const allowed =
      /^(\(?(MIT|Apache-2\.0|ISC|0?BSD|BSD-[23]-Clause|BlueOak-1\.0\.0|MIT-0|MPL-2\.0|Python-2\.0|PSF-2\.0|CC0-1\.0|Unlicense)\b)/;
    const others = npm.filter(([, { license }]) => license !== undefined && !allowed.test(license));
    expect(others.map(([name, { license }]) => [name, license])).toEqual([]);
  });
});
