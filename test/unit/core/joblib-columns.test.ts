import { describe, expect, it } from 'vitest';
import { checkJoblibColumns } from '../../../core/joblib/columns.ts';

const NEEDS = {
  name: 'tumours',
  features: [
    { name: 'radius', type: 'float' as const },
    { name: 'texture', type: 'float' as const },
  ],
  idColumn: 'sample',
  passthrough: ['ward'],
};

const NO_IDS = /no ids.*"sample"/;
const NOT_PASSED = /Not passed through.*"ward"/;

describe('columns of a joblib source', () => {
  it('by name, in any order, with ids and all that is passed through, need no note', () => {
    expect(checkJoblibColumns({ columns: ['ward', 'texture', 'sample', 'radius'] }, NEEDS)).toEqual([]);
  });

  it.each([
    ['an index without a name gives the ids', { name: null }, [NOT_PASSED]],
    ['an index of the id column’s name does', { name: 'sample' }, [NOT_PASSED]],
    ['an index of another name does not', { name: 'day' }, [/does not read.*"day"/, NOT_PASSED, NO_IDS]],
    ['no index does not either', undefined, [NOT_PASSED, NO_IDS]],
  ])('%s', (_, index, expected) => {
    const notes = checkJoblibColumns({ columns: ['radius', 'texture'], ...(index && { index }) }, NEEDS);
    expect(notes).toHaveLength(expected.length);
    for (const [i, pattern] of expected.entries()) expect(notes[i]).toMatch(pattern);
  });

  it('without names are features by position', () => {
    const { name, features } = NEEDS;
    const notes = checkJoblibColumns({ columns: [null, null] }, { name, features });
    expect(notes).toEqual([expect.stringMatching(/no names.*2 of them.*in their order/)]);
  });

  it.each([
    [1, /1 column without names.*tumours needs 2 features/],
    [3, /3 columns without names.*2 features/],
    [0, /0 columns without names/],
  ])('without names and of another number (%i) are refused with both', (count, message) => {
    const columns = Array.from({ length: count }, () => null);
    expect(() => checkJoblibColumns({ columns }, NEEDS)).toThrow(
      expect.objectContaining({ code: 'column_count_mismatch', message: expect.stringMatching(message) }),
    );
  });

  it('lack a feature: the nearest name is told, and the frame is to be mended', () => {
    expect(() => checkJoblibColumns({ columns: ['Radius', 'texture'] }, NEEDS)).toThrow(
      expect.objectContaining({
        code: 'columns_missing',
        message: expect.stringMatching(/The frame lacks "radius" \("Radius" differs.*rename its columns/),
      }),
    );
  });

  it('of the same needed name twice are refused', () => {
    expect(() => checkJoblibColumns({ columns: ['radius', 'texture', 'radius'] }, NEEDS)).toThrow(
      expect.objectContaining({ code: 'columns_duplicated' }),
    );
  });

  it('give short notes, however long the names', () => {
    const columns = ['radius', 'texture', ...Array.from({ length: 500 }, (_, i) => `${'x'.repeat(60)}${i}`)];
    for (const note of checkJoblibColumns({ columns }, NEEDS)) expect(note.length).toBeLessThanOrEqual(200);
  });
});
