import { createHash } from 'node:crypto';
import type {
  IntakeMessage,
  ModelManifest,
  PredictAnswer,
  Score,
} from '../../../contracts/generated/types.ts';
import { jobId } from '../../../core/keys.ts';
import { answer } from '../../../functions/api/api.ts';
import type { ApiDependencies } from '../../../functions/api/dependencies.ts';
import { documented } from '../../contracts/documented-answers.ts';
import { MODEL, NOW, SOURCE } from '../factories.ts';
import { memoryLedger } from '../memory-ledger.ts';
import { MANIFEST } from './fan-out-world.ts';

interface Asked {
  path?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: unknown;
}

/** The API before a ledger, a bucket and a model in memory. Every answer is held to the document. */
export function anApi(changes: Partial<ApiDependencies> = {}) {
  const memory = memoryLedger();
  const rows: Score[] = [];
  const sent: IntakeMessage[] = [];
  const objects = new Set([SOURCE.key]);
  const manifest: ModelManifest = structuredClone(MANIFEST);
  const clock = { now: Date.parse(NOW), onSleep: () => {} };
  const predictAnswer: PredictAnswer = { ok: true, runtime: 'classic', predictions: [] };
  const dependencies: ApiDependencies = {
    models: {
      current: async (model) =>
        model === MODEL.name ? Buffer.from(JSON.stringify({ version: MODEL.version })) : undefined,
      manifest: async (_, version) =>
        version === MODEL.version ? Buffer.from(JSON.stringify(manifest)) : undefined,
      names: async () => [MODEL.name, 'houses'],
    },
    ledger: memory.ledger,
    scores: {
      async *scoresOf(id, from, to, only) {
        yield rows.filter(
          (score) => score.jobId === id && score.row >= from && score.row < to && (!only || score.error),
        );
      },
      async *scoresOfRecord(_, recordId) {
        yield rows.filter((score) => score.recordId === recordId);
      },
    },
    inputBucket: SOURCE.bucket,
    runtimes: ['classic'],
    predict: async () => predictAnswer,
    describe: async ({ bucket, key, versionId = 'v1' }) =>
      objects.has(key) ? { object: { bucket, key, versionId } } : undefined,
    sendToIntake: async (message) => void sent.push(message),
    presignUpload: async (key, bytes) => ({
      url: `https://input/${key}`,
      headers: { 'content-length': String(bytes) },
      expiresAt: NOW,
    }),
    readResult: async () => undefined,
    now: () => clock.now,
    sleep: async (ms) => {
      clock.now += ms;
      clock.onSleep();
    },
    ...changes,
  };

  /** @param operation as the document has it: `GET /jobs/{jobId}`. */
  async function call(operation: string, { path = {}, query = {}, headers = {}, body }: Asked = {}) {
    const [method = '', resource = ''] = operation.split(' ');
    const given = await answer(
      {
        id: '00000000-0000-4000-8000-000000000000',
        method,
        resource,
        path: resource.replace(/\{(\w+)\}/g, (_, name) => path[name] ?? ''),
        pathParameters: path,
        query,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        caller: 'key1',
      },
      dependencies,
    );
    return { ...given, told: documented(operation, given) };
  }

  return { ...memory, call, dependencies, rows, sent, objects, manifest, clock, predictAnswer };
}

/** The job that a drop of the source begins. */
export const JOB_ID = jobId(SOURCE, MODEL.name);

/** The model as a job pins it that is opened with the manifest in memory. */
export const PINNED = {
  ...MODEL,
  manifestSha256: createHash('sha256').update(JSON.stringify(MANIFEST)).digest('hex'),
};

export const aScore = (row: number, changes: Partial<Score> = {}): Score => ({
  jobId: JOB_ID,
  row,
  line: row + 2,
  recordId: `0${row}`,
  prediction: row / 2,
  model: MODEL.name,
  version: MODEL.version,
  sourceTime: NOW,
  ...changes,
});

/** A row that could not be scored. */
export function aRefusedScore(row: number): Score {
  const { prediction: _, ...place } = aScore(row);
  return { ...place, error: { code: 'not_a_number', message: 'radius is no number', column: 'radius' } };
}
