import { expect, test } from 'vitest';
import { fuzzAgainstPandas, pythonIsThere } from './against-pandas.ts';

test.runIf(pythonIsThere).each([
  ['wild', 1_500],
  ['rfc', 800],
  ['large', 8],
] as const)(
  'pandas reads the same rows from the chunks of %s files as from the whole',
  async (mode, files) => {
    const report = await fuzzAgainstPandas(files, 2026, mode);
    expect(report.disagreements).toEqual([]);
    expect(report.files).toBe(files);
    expect(report.chunks).toBeGreaterThan(files);
  },
);
