import type { DeployedScoring } from '../aws/stack-outputs.ts';
import { maximumConcurrency } from './derived-settings.ts';
import type { Settings } from './settings.ts';

/** What the command line needs to tell a job’s chunks, cost and time before it is opened. */
export function scoringOf(settings: Settings): DeployedScoring {
  const { chunkRows, chunkBytes, maxRecordBytes, maxInflatedBytes, output, writeUnitsPerSecond } = settings;
  const { maxRowsPerJob, scoresRetentionDays, runtimes } = settings;
  return {
    ...{ chunkRows, chunkBytes, maxRecordBytes, maxInflatedBytes, output, writeUnitsPerSecond },
    ...(maxRowsPerJob !== undefined && { maxRowsPerJob }),
    ...(scoresRetentionDays !== undefined && { scoresRetentionDays }),
    predictors: Object.fromEntries(
      Object.entries(runtimes).map(([name, runtime]) => [
        name,
        { memoryMiB: runtime.memoryMiB, maximumConcurrency: maximumConcurrency(settings, runtime) },
      ]),
    ),
  };
}
