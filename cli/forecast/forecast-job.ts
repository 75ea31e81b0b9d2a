import type { DeployedScoring } from '../../aws/stack-outputs.ts';
import type { Cost } from '../../contracts/generated/api.ts';
import type { Job, ModelManifest } from '../../contracts/generated/types.ts';
import { costOf } from '../../core/cost/cost.ts';
import { type Forecast, forecast } from '../../core/cost/forecast.ts';
import type { Asked } from '../../core/start-request.ts';
import type { Connection } from '../connection.ts';
import { deployedPredictor } from './deployed-scoring.ts';
import { type KnownPace, paceOf } from './pace.ts';
import { rowUnits } from './row-units.ts';
import type { ForecastSource } from './source.ts';
import { splitSource } from './split-source.ts';

/** What may be asked for other than as it is deployed. */
export interface Assumed {
  output?: Job['settings']['output'] | undefined;
  concurrency?: number | undefined;
  writeUnits?: number | undefined;
}

export interface JobForecast extends Forecast {
  job: Job;
  cost: Cost;
  pace: KnownPace;
  concurrency: number;
  writeUnitsPerSecond: number;
}

/** What scoring a source would come to. Everything is read, and nothing is written. */
export async function forecastJob(
  source: ForecastSource,
  asked: Asked,
  connection: Connection,
  given: { scoring: DeployedScoring; assumed: Assumed; now: string },
): Promise<JobForecast> {
  const { assumed, now } = given;
  const scoring = { ...given.scoring, ...(assumed.output && { output: assumed.output }) };
  const [models, catalog, ledger] = await Promise.all([
    connection.registry(),
    connection.models(),
    connection.ledger(),
  ]);
  const split = await splitSource(source, { asked, models, scoring, now });
  const { job, references } = split;
  const manifest = await manifestOf(job, catalog);
  const rows = references.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const rowsPerChunk = rows / Math.max(1, references.length);
  const pace = await paceOf(ledger, { modelName: asked.model, output: scoring.output, rowsPerChunk, now });
  const { memoryMiB, maximumConcurrency } = deployedPredictor(scoring, manifest.runtime);
  const bounds = {
    concurrency: assumed.concurrency ?? maximumConcurrency,
    writeUnitsPerSecond: assumed.writeUnits ?? scoring.writeUnitsPerSecond,
  };
  const units = rowUnits(split, manifest);
  const found = await forecast(references, { job, manifest, rowUnits: units, pace, memoryMiB, ...bounds });
  return { ...found, ...bounds, job, cost: costOf(found.usage), pace };
}

async function manifestOf(
  { modelName, model }: Job,
  catalog: Awaited<ReturnType<Connection['models']>>,
): Promise<ModelManifest> {
  const manifest = model && (await catalog.manifest(modelName, model.version));
  if (!manifest) throw new Error(`The manifest of ${modelName} was there a moment ago.`);
  return manifest;
}
