import { expect, test } from 'vitest';
import { parseSettings } from '../../infra/load-settings.ts';
import { scoringOf } from '../../infra/scoring.ts';

test('the stack tells what a job would pin, and what bounds its pace', () => {
  const settings = parseSettings({
    ...{ output: 'rows', writeUnitsPerSecond: 20_000, maxRowsPerJob: 500, scoresRetentionDays: 30 },
    runtimes: { onnx: { memoryMiB: 3008, maximumConcurrency: 7 } },
  });
  expect(scoringOf(settings)).toEqual({
    ...{
      chunkRows: 20_000,
      chunkBytes: 8_388_608,
      maxRecordBytes: 1_048_576,
      maxInflatedBytes: 2_147_483_648,
    },
    ...{ output: 'rows', writeUnitsPerSecond: 20_000, maxRowsPerJob: 500, scoresRetentionDays: 30 },
    predictors: {
      classic: { memoryMiB: 1769, maximumConcurrency: 10 },
      onnx: { memoryMiB: 3008, maximumConcurrency: 7 },
    },
  });
});
