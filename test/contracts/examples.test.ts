import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Contracts, ContractViolation, parseContract } from '../../contracts/validate.ts';
import * as keys from '../../core/keys.ts';
import { isExceeded } from '../../core/tolerance.ts';

const folder = path.resolve(import.meta.dirname, '../../contracts/examples');
const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
const builders = { ...keys };
const contracts = readdirSync(folder).filter(
  (name) => !['keys.json', 'sketches.json', 'tolerance.json'].includes(name),
);

interface Example {
  description: string;
  data: unknown;
  valid: boolean;
}

describe.each(contracts)('%s', (file) => {
  const name = path.basename(file, '.json') as keyof Contracts;

  it.each(read(file) as Example[])('$valid: $description', ({ data, valid }) => {
    const parse = () => parseContract(name, data);
    if (valid) expect(parse()).toEqual(data);
    else expect(parse).toThrow(ContractViolation);
  });
});

it.each(
  read('tolerance.json') as { rowsFailed: number; rowsTotal: number; share: number; exceeded: boolean }[],
)('tolerance: $rowsFailed of $rowsTotal at $share, exceeded: $exceeded', ({ share, exceeded, ...rows }) =>
  expect(isExceeded(rows, share)).toBe(exceeded),
);

describe('storage keys', () => {
  it.each(read('keys.json') as { key: keyof typeof builders; arguments: never[]; value: string }[])(
    '$key$arguments',
    ({ key, arguments: given, value }) => {
      const build = builders[key] as (...given: never[]) => string;
      expect(build(...given)).toBe(value);
    },
  );
});
