import type { DeployedScoring } from '../../aws/stack-outputs.ts';
import type { Cost } from '../../contracts/generated/api.ts';
import type {
  ChunkReference,
  Job,
  ModelManifest,
  ObjectVersion,
  Usage,
} from '../../contracts/generated/types.ts';
import { costOf } from '../../core/cost/cost.ts';
import { forecast, type Prospect } from '../../core/cost/forecast.ts';
import { addUsage, NO_USAGE, timesUsage } from '../../core/cost/usage.ts';
import type { Ledger } from '../../core/ledger.ts';
import { jobOf } from '../../core/open-job.ts';
import { deployedPredictor } from './deployed-scoring.ts';
import { paceOf } from './pace.ts';
import { typicalRowUnits } from './row-units.ts';

/** How many sources have so many rows: most that matter to the cost of a run is in there. */
export type SourcesByRows = ReadonlyMap<number, number>;

/** What a run would come to that scores these sources again, by their rows alone. */
export async function forecastRun(
  sources: SourcesByRows,
  manifest: ModelManifest,
  ledger: Pick<Ledger, 'recentJobs' | 'chunksOf'>,
  { scoring, now }: { scoring: DeployedScoring; now: string },
): Promise<{ usage: Usage; cost: Cost }> {
  const job = jobLike(manifest, scoring, now);
  const { memoryMiB, maximumConcurrency } = deployedPredictor(scoring, manifest.runtime);
  const largest = Math.max(0, ...sources.keys());
  const rowsPerChunk = Math.min(job.settings.chunkRows, largest);
  const { output, writeUnitsPerSecond } = scoring;
  const prospect: Prospect = {
    ...{ job, manifest, memoryMiB, writeUnitsPerSecond },
    rowUnits: typicalRowUnits(job, manifest),
    pace: await paceOf(ledger, { modelName: manifest.name, output, rowsPerChunk, now }),
    concurrency: maximumConcurrency,
  };
  let usage = NO_USAGE;
  for (const [rows, times] of sources) {
    const one = await forecast(chunksOf(rows, job), prospect);
    usage = addUsage(usage, timesUsage(one.usage, times));
  }
  return { usage, cost: costOf(usage) };
}

/** Where the source lies and how it is read does not show in what it costs. */
function jobLike(
  { name, version, runtime, chunkRows }: ModelManifest,
  scoring: DeployedScoring,
  now: string,
): Job {
  const source: ObjectVersion = { bucket: A_NAME, key: A_NAME, versionId: A_NAME };
  const request = { type: 'start' as const, source, requestedBy: 'rescore', runId: A_NAME };
  const model = { name, version, runtime, manifestSha256: '0'.repeat(64) };
  const findings = {
    notes: [],
    model,
    format: 'csv' as const,
    ...(chunkRows !== undefined && { chunkRows }),
  };
  return jobOf({ jobId: '0'.repeat(24), request, modelName: name, source }, findings, scoring, now);
}

/** As long as those of buckets, keys and versions often are. */
const A_NAME = '0'.repeat(48);

function* chunksOf(rows: number, { source, settings: { chunkRows } }: Job): Generator<ChunkReference> {
  for (let firstRow = 0; firstRow < rows; firstRow += chunkRows) {
    const rowCount = Math.min(chunkRows, rows - firstRow);
    yield { object: source, byteStart: firstRow, byteEnd: firstRow + rowCount, firstRow, rowCount };
  }
}
