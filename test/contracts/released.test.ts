import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Contracts, parseContract } from '../../contracts/validate.ts';

const folder = path.resolve(import.meta.dirname, '../../contracts/released');
type Released = [contract: keyof Contracts, written: object[]];

describe.each(readdirSync(folder))('what %s wrote', (file) => {
  const released = Object.entries(JSON.parse(readFileSync(path.join(folder, file), 'utf8'))) as Released[];

  it.each(released)('case 32: is a valid %s, also with fields of a later release', (contract, written) => {
    for (const data of written) {
      for (const read of [data, { ...data, addedLater: { by: 'a release to come' } }])
        expect(parseContract(contract, read)).toEqual(read);
    }
  });
});
