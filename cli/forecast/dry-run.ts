import path from 'node:path';
import { isInputRejected } from '../../core/errors.ts';
import { incomingKey, uploadKey } from '../../core/keys.ts';
import { type Asked, runIdOf } from '../../core/start-request.ts';
import type { Connection } from '../connection.ts';
import { EXIT } from '../exit-code.ts';
import { Failure, wrongUsage } from '../failure.ts';
import { newestVersion } from '../find-source.ts';
import { forecastDetails } from '../render/forecast.ts';
import type { Context } from '../shell.ts';
import { deployedScoring } from './deployed-scoring.ts';
import { type Assumed, forecastJob, type JobForecast } from './forecast-job.ts';
import { type ForecastSource, fileSource, objectSource } from './source.ts';

/** A file with its size, or the address of an object. */
export type Given = { file: string; size: number } | { bucket: string; key: string };

/** Tells what scoring would come to. Nothing is uploaded or started. */
export async function dryRun(
  context: Context,
  connection: Connection,
  given: Given,
  asked: Asked,
  assumed: Assumed,
): Promise<number> {
  const { terminal, json } = context;
  const now = new Date(context.clock.now()).toISOString();
  const scoring = deployedScoring(connection);
  const source = await sourceOf(given, asked, connection);
  const found = await forecastJob(source, asked, connection, { scoring, assumed, now }).catch(refused);
  const text = json
    ? JSON.stringify(forecastJson(found), undefined, 2)
    : forecastDetails(found, terminal.dataColumns);
  await terminal.data(`${text}\n`);
  const { modelName, shadow } = found.job;
  if (!json && shadow !== undefined)
    context.note(
      `${modelName}@${shadow} is in the shadow: it scores the file again, into files alone. That is not counted here.`,
    );
  if (!json) context.note('Nothing was uploaded or started.');
  return EXIT.done;
}

/** @throws Failure where something is assumed for a job that is real: it would pass for a setting of it. */
export function requireDryRun(isDry: boolean, { output, concurrency, writeUnits }: Assumed): void {
  const given = { '--output': output, '--concurrency': concurrency, '--write-units': writeUnits };
  const [option] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (isDry || option === undefined) return;
  throw wrongUsage(`${option} is for --dry-run.`, 'How jobs are scored is a setting of the stack.');
}

/** What the job would fail with is told before there is one. */
function refused(error: unknown): never {
  if (!isInputRejected(error)) throw error;
  throw new Failure(error.reason.code, error.reason.message, { remedy: 'A job of this file would fail so.' });
}

async function sourceOf(given: Given, asked: Asked, connection: Connection): Promise<ForecastSource> {
  if ('file' in given)
    return fileSource(given.file, given.size, {
      bucket: connection.resources.inputBucket,
      key: keyFor(given.file, asked),
    });
  const objects = await connection.objects();
  const object = await newestVersion(given, connection);
  return objectSource(object, await objects.sizeOf(object), objects);
}

/** Where a file is uploaded to: a plain drop starts by itself, anything else is asked for. */
export const keyFor = (file: string, asked: Asked): string =>
  (runIdOf(asked) === undefined ? incomingKey : uploadKey)(asked.model, path.basename(file));

function forecastJson({ job, ...found }: JobForecast) {
  const { rows, chunks, seconds, cost, usage, pace, concurrency, writeUnitsPerSecond } = found;
  return {
    ...{ rows, chunks, seconds, cost, usage },
    model: job.modelName,
    ...(job.model && { version: job.model.version }),
    ...(job.shadow !== undefined && { shadow: job.shadow }),
    sourceBytes: job.sourceBytes,
    settings: job.settings,
    ...{ concurrency, writeUnitsPerSecond, pace },
    notes: job.notes,
  };
}
