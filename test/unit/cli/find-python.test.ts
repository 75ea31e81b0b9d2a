import { expect, test } from 'vitest';
import { findPython } from '../../../cli/publish/find-python.ts';

const everywhere = () => true;
const ACTIVE = { VIRTUAL_ENV: '/venv', CONDA_PREFIX: '/conda' };

test('what is named wins, then what is active, then the project’s own', () => {
  const named = { ...ACTIVE, DROPSCORE_PYTHON: '/named' };
  expect(findPython('/given', named, '/checkout', everywhere)).toBe('/given');
  expect(findPython(undefined, named, '/checkout', everywhere)).toBe('/named');
  expect(findPython(undefined, ACTIVE, '/checkout', everywhere)).toBe('/venv/bin/python');
  expect(findPython(undefined, { CONDA_PREFIX: '/conda' }, '/checkout', everywhere)).toBe(
    '/conda/bin/python',
  );
  expect(findPython(undefined, {}, '/checkout', everywhere)).toBe('/checkout/.venv/bin/python');
});

test('without an environment, Python is looked for on PATH', () => {
  expect(findPython(undefined, ACTIVE, '/checkout', () => false)).toBe('python3');
  expect(findPython('python3.12', {}, '/checkout', () => false)).toBe('python3.12');
});

test('a path that is named and not there is refused', () => {
  expect(() => findPython('/gone/python', {}, '/checkout', () => false)).toThrow(
    'There is no Python at /gone/python.',
  );
});
