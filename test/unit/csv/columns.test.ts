import { describe, expect, test } from 'vitest';
import { type ColumnNeeds, checkColumns, neededColumns } from '../../../core/csv/columns.ts';

const MANIFEST: ColumnNeeds = {
  features: [
    { name: 'age', type: 'float' },
    { name: 'city_name', type: 'category' },
  ],
  idColumn: 'id',
  passthrough: ['region', 'age'],
};

function rejection(names: string[], manifest = MANIFEST): { code?: string; message: string } {
  try {
    checkColumns(names, neededColumns(manifest));
  } catch (error) {
    return error as Error;
  }
  throw new Error('The header was accepted.');
}

test('a model needs features, id and passthrough, each once', () => {
  expect(neededColumns(MANIFEST)).toEqual(['age', 'city_name', 'id', 'region']);
});

describe('a header is accepted', () => {
  test('case 34: in any order, without a note', () => {
    expect(checkColumns(['region', 'id', 'city_name', 'age'], neededColumns(MANIFEST))).toEqual([]);
  });

  test('case 34: with more columns, which a note names once', () => {
    const names = ['age', 'city_name', 'id', 'region', 'x', 'x', ''];
    expect(checkColumns(names, neededColumns(MANIFEST))).toEqual([
      'The model does not read these columns: "x", "".',
    ]);
  });

  test('with very many more columns, in a short note', () => {
    const names = ['age', 'city_name', 'id', 'region', ...Array.from({ length: 5_000 }, (_, i) => `x${i}`)];
    expect(checkColumns(names, neededColumns(MANIFEST))[0]).toMatch(/"x9", and 4990 more\.$/);
  });
});

describe('a missing column is told', () => {
  test.each([
    [
      'with its other case',
      ['Age', 'city_name', 'id', 'region'],
      '"age" ("Age" differs in upper and lower case',
    ],
    [
      'with the blanks around it',
      [' age', 'city_name', 'id', 'region'],
      '"age" (" age" differs in blanks around it)',
    ],
    [
      'with what cannot be seen',
      ['\ufeffage', 'city_name', 'id', 'region'],
      '"age" ("\\ufeffage" differs in blanks around it)',
    ],
    ['with the nearest name', ['age', 'cityname', 'id', 'region'], '"city_name" (did you mean "cityname"?)'],
    ['with its other accents', ['age', 'city_name', 'id', 'region', 'cafe\u0301'], 'differs in', 'café'],
    ['alone where no name is near', ['temperature', 'city_name', 'id', 'region'], 'lacks "age".'],
  ])('%s', (_, names, words, feature = 'age') => {
    const manifest = {
      ...MANIFEST,
      features: [...MANIFEST.features, { name: feature, type: 'float' as const }],
    };
    const { code, message } = rejection(names, manifest);
    expect(code).toBe('columns_missing');
    expect(message).toContain(words);
  });

  test('with at most five others by name', () => {
    const features = Array.from({ length: 40 }, (_, i) => ({ name: `feature ${i}`, type: 'float' as const }));
    expect(rejection(['id'], { features, idColumn: 'id' }).message).toContain('and 35 more');
  });

  test('within the length that a reason may have, however long names are', () => {
    expect(rejection(['x'.repeat(100_000)]).message.length).toBeLessThanOrEqual(600);
  });

  test.each([
    ['one column', ['age;city_name;id;region'], 'another delimiter'],
    ['JSON', ['{"age": 1', '"id": 2'], 'looks like JSON'],
    ['HTML', ['<!DOCTYPE html>'], 'looks like HTML'],
    ['no header line', ['42', 'Paris', '7', 'north'], 'begin with a header line'],
  ])('with the likely cause where it is %s', (_, names, words) => {
    expect(rejection(names).message).toContain(words);
  });
});

test('case 34: a needed column that is there twice is rejected', () => {
  const { code, message } = rejection(['age', 'city_name', 'id', 'region', 'age', 'x', 'x']);
  expect(code).toBe('columns_duplicated');
  expect(message).toContain('"age"');
  expect(message).not.toContain('"x"');
});
