import type { Job, JobState, RescoreRequest, StartMessage } from '../../../contracts/generated/types.ts';
import { openedState } from '../../../core/job.ts';
import { jobId } from '../../../core/keys.ts';
import { type RescoreDependencies, rescore } from '../../../functions/rescore/rescore.ts';
import { aJob, MODEL, NOW } from '../factories.ts';
import { memoryLedger } from '../memory-ledger.ts';
import { memoryRuns } from '../memory-runs.ts';
import { MANIFEST } from './fan-out-world.ts';

export const RUN_ID = 'nightly@2026-11-21T02:00:00Z';
export const REQUEST: RescoreRequest = {
  modelName: MODEL.name,
  scope: 'changed',
  sources: 'newest',
  onOverlap: 'skip',
  requestedBy: 'nightly',
};

/** A past job of a file, as a test has it. */
export interface Past {
  file: string;
  versionId?: string;
  version?: number;
  status?: JobState['status'];
  sourceTime?: string;
  runId?: string;
  /** Of a shadow job. */
  shadowOf?: number;
  rows?: number;
}

/** A world of past jobs, whose model is at version 2. */
export async function aPast(past: readonly Past[], changes: Partial<RescoreDependencies> = {}) {
  const memory = memoryLedger();
  const { runs, found } = memoryRuns(memory.entries);
  const sent: StartMessage[] = [];
  const continued: [string, number][] = [];
  /** Versions by key, newest last; undefined is a delete marker. */
  const objects = new Map<string, (string | undefined)[]>();
  let minutes = 0;
  const later = () => new Date(Date.parse(NOW) + 60_000 * minutes++).toISOString();

  const add = async ({ file, versionId = 'v1', version = 1, status = 'completed', rows, ...more }: Past) => {
    const source = { bucket: 'input', key: `incoming/${MODEL.name}/${file}`, versionId };
    const createdAt = later();
    const id = jobId(source, MODEL.name, more.runId);
    const pinned = { jobId: id, source, sourceTime: createdAt, createdAt, model: { ...MODEL, version } };
    const job: Job = aJob({ ...pinned, ...more });
    await memory.ledger.openJob(job, { ...openedState(job), status, ...(rows && { rowsTotal: rows }) });
    const versions = objects.get(source.key) ?? [];
    if (!versions.includes(versionId)) objects.set(source.key, [...versions, versionId]);
    return id;
  };
  for (const one of past) await add(one);

  const dependencies: RescoreDependencies = {
    ledger: memory.ledger,
    runs,
    models: {
      current: async (name) => (name === MODEL.name ? Buffer.from('{"version":2}') : undefined),
      manifest: async (_, version) => Buffer.from(JSON.stringify({ ...MANIFEST, version })),
      names: async () => [MODEL.name],
    },
    now: () => NOW,
    timeLeft: () => 60_000,
    async describe({ bucket, key, versionId }) {
      const versions = objects.get(key) ?? [];
      const wanted = versionId ?? versions.at(-1);
      const isThere = wanted !== undefined && versions.includes(wanted);
      return isThere
        ? { object: { bucket, key, versionId: wanted }, bytes: 1, lastModified: NOW }
        : undefined;
    },
    sendStarts: async (messages) => void sent.push(...messages),
    sendContinue: async (runId, delay = 0) => void continued.push([runId, delay]),
    ...changes,
  };
  const begin = (request: Partial<RescoreRequest> = {}, runId = RUN_ID) =>
    rescore({ type: 'begin', runId, request: { ...REQUEST, ...request } }, dependencies);
  const files = () => sent.map(({ source }) => source.key.split('/').at(-1));
  const run = async (runId = RUN_ID) => (await runs.readRun(runId)) ?? missing();
  return { ...memory, runs, found, sent, continued, objects, dependencies, add, begin, files, run };
}

function missing(): never {
  throw new Error('There is no such run.');
}
