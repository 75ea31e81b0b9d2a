import type { OpenSettings } from '../core/open-job.ts';

type Environment = Record<string, string | undefined>;

/**
 * A setting that the stack gives to a function.
 *
 * @throws naming the setting, never its value.
 */
export function setting(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`The environment lacks ${name}: deploy the stack that this code belongs to.`);
  return value;
}

export function numberSetting(env: Environment, name: string): number {
  const value = Number(setting(env, name));
  if (!Number.isFinite(value)) throw new Error(`${name} in the environment is not a number.`);
  return value;
}

/** What a function needs that may open a job. */
export function openSettings(env: Environment): OpenSettings {
  return {
    inputBucket: setting(env, 'INPUT_BUCKET'),
    chunkRows: numberSetting(env, 'CHUNK_ROWS'),
    chunkBytes: numberSetting(env, 'CHUNK_BYTES'),
    maxRecordBytes: numberSetting(env, 'MAX_RECORD_BYTES'),
    output: outputSetting(setting(env, 'OUTPUT')),
    ...(env.MAX_ROWS_PER_JOB && { maxRowsPerJob: numberSetting(env, 'MAX_ROWS_PER_JOB') }),
    ...(env.SCORES_RETENTION_DAYS && { scoresRetentionDays: numberSetting(env, 'SCORES_RETENTION_DAYS') }),
  };
}

/** Chunk queues by runtime. */
export const chunkQueues = (env: Environment): Record<string, string> =>
  JSON.parse(setting(env, 'CHUNK_QUEUE_URLS'));

function outputSetting(value: string): OpenSettings['output'] {
  if (value === 'rows' || value === 'files' || value === 'both') return value;
  throw new Error('OUTPUT in the environment is none of rows, files, both.');
}
