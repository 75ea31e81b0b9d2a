import type { z } from 'zod';
import { maximumConcurrency } from './derived-settings.ts';

/** Runtimes that come with the project, each with its lock in `python-predictor/requirements/`. */
export const BUILT_IN_RUNTIMES: readonly string[] = ['classic', 'onnx'];

/** What a predictor keeps of its time to send its message again. */
const RESERVE_SECONDS = 10;

interface TogetherRuntime {
  requirements?: string | undefined;
  timeoutSeconds: number;
  maximumConcurrency?: number | undefined;
  pythonVersion: string;
  packaging: string;
  ephemeralStorageMiB: number;
  http: { snapStart: boolean; provisionedConcurrency?: number | undefined };
}

/** What the cross-checks read: the output type cannot be named here, since the schema is built with them. */
interface Together {
  local: boolean;
  output: string;
  chunkRows: number;
  writeUnitsPerSecond: number;
  writeThreads: number;
  runtimes: Record<string, TogetherRuntime>;
  functions: { unpack: { timeoutSeconds: number } };
  queues: { retentionDays: number; deadLetterRetentionDays: number; visibilityFactor: number };
  watchdog: { staleMinutes: number };
  alarms: { topicArn?: string | undefined; email?: string | undefined };
  api: { corsOrigins: string[] };
}

/** Rules between settings. Each names the setting to change and the one that it is measured against. */
export function checkTogether(settings: Together, context: z.RefinementCtx): void {
  const { alarms, api, functions, queues, runtimes, watchdog, local } = settings;
  const problem = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: path.split('.'), message });

  if (Object.keys(runtimes).length === 0)
    problem('runtimes', 'at least one has to be enabled: nothing could be scored');
  for (const [name, { requirements }] of Object.entries(runtimes))
    if (!BUILT_IN_RUNTIMES.includes(name) && !requirements)
      problem(`runtimes.${name}.requirements`, 'is needed: only `classic` and `onnx` are built in');
  for (const [name, runtime] of Object.entries(runtimes))
    for (const what of againstSnapStart(runtime)) problem(`runtimes.${name}.http.snapStart`, what);
  if (queues.deadLetterRetentionDays <= queues.retentionDays)
    problem(
      'queues.deadLetterRetentionDays',
      'must be more than queues.retentionDays: both count from the first send',
    );
  if (alarms.topicArn && alarms.email)
    problem('alarms.email', 'is for a topic of the stack’s own: subscribe the address to alarms.topicArn');
  if (api.corsOrigins.includes('*') && api.corsOrigins.length > 1)
    problem('api.corsOrigins', 'takes `*` by itself only: it is any origin');
  if (local) return;
  if (queues.visibilityFactor < 6)
    problem('queues.visibilityFactor', 'must be 6 or more on AWS: Lambda may hold a message that long');
  const mustCover = (stage: string, timeoutSeconds: number, otherwise: string) => {
    if (watchdog.staleMinutes * 60 < queues.visibilityFactor * timeoutSeconds)
      problem(
        'watchdog.staleMinutes',
        `must cover the visibility timeout of ${stage} (visibilityFactor × timeoutSeconds), or ${otherwise}`,
      );
  };
  for (const [name, { timeoutSeconds }] of Object.entries(runtimes))
    mustCover(`runtime ${name}`, timeoutSeconds, 'chunks are sent twice');
  for (const [name, runtime] of Object.entries(runtimes)) {
    const path = runtime.maximumConcurrency ? `runtimes.${name}.maximumConcurrency` : 'chunkRows';
    for (const what of againstThrottling(settings, runtime)) problem(path, what);
  }
  mustCover('unpack', functions.unpack.timeoutSeconds, 'sources are unpacked twice');
}

/** A throttled chunk begins anew after its predictor's time: where all of them are, none ever ends. */
function* againstThrottling(settings: Together, runtime: TogetherRuntime): Generator<string> {
  const { output, chunkRows, writeUnitsPerSecond } = settings;
  if (output === 'files') return;
  const predictors = maximumConcurrency(settings, runtime);
  const seconds = Math.ceil((chunkRows * predictors) / writeUnitsPerSecond);
  const patience = runtime.timeoutSeconds - RESERVE_SECONDS;
  if (seconds > patience)
    yield `${predictors} predictors at their shares of writeUnitsPerSecond take ${seconds} s to write chunks of ${chunkRows} rows, and have ${patience}`;
}

/** What Lambda does not take together with SnapStart. */
function* againstSnapStart(runtime: TogetherRuntime): Generator<string> {
  const { http, packaging, pythonVersion, ephemeralStorageMiB } = runtime;
  if (!http.snapStart) return;
  if (http.provisionedConcurrency) yield 'excludes http.provisionedConcurrency';
  if (packaging === 'image') yield 'needs packaging: layer';
  if (pythonVersion === '3.11') yield 'needs pythonVersion 3.12 or later';
  if (ephemeralStorageMiB > 512) yield 'needs ephemeralStorageMiB: 512';
}
