import type { DeployedSchedule, DeployedScoring } from '../../../aws/stack-outputs.ts';
import type { Connection, ObjectStore } from '../../../cli/connection.ts';
import { explainError } from '../../../cli/explain-error.ts';
import type { ModelCatalog } from '../../../cli/model-catalog.ts';
import { buildProgram } from '../../../cli/program.ts';
import type { Shell } from '../../../cli/shell.ts';
import type { Terminal } from '../../../cli/terminal.ts';
import type {
  CheckAnswer,
  Chunk,
  CurrentPointer,
  JobSummary,
  ModelManifest,
  PredictAnswer,
  Score,
  ShadowPointer,
} from '../../../contracts/generated/types.ts';
import type { ApiKey, ApiKeys } from '../../../core/api-keys.ts';
import type { ForgetStore, Place } from '../../../core/forget-store.ts';
import type { JobView } from '../../../core/job.ts';
import type { Ledger } from '../../../core/ledger.ts';
import type { ModelRegistry, ShadowPointers } from '../../../core/model-registry.ts';
import type { Runs } from '../../../core/rescore/runs.ts';
import { memoryRuns } from '../memory-runs.ts';
import { aManifest } from './manifest.ts';

export interface World {
  view?: JobView;
  chunks?: Chunk[];
  scores?: Score[];
  summary?: JobSummary;
  manifest?: ModelManifest;
  /** Bytes of every object that a range is read from. */
  source?: string;
  /** Whether the source's version is gone. */
  sourceGone?: boolean;
  /** Objects of the results bucket by key. */
  results?: Map<string, Buffer>;
  /** What is forgotten, by model and id, with the places that were noted. */
  forgotten?: Map<string, Place[]>;
  names?: string[];
  newest?: string;
  sent?: unknown[];
  /** What becomes of what is sent. */
  onSent?: () => void;
  /** The pointer of every model, once it is moved or where it is not at version 2. */
  pointer?: CurrentPointer;
  /** The pointer to the version that is tried. */
  shadow?: ShadowPointer;
  /** Who moves the pointer is too late. */
  contended?: boolean;
  answer?: CheckAnswer;
  /** What a predictor tells of a row. */
  explained?: PredictAnswer;
  dropped?: string[];
  runs?: Runs;
  /** Where more jobs are asked for than one. */
  ledger?: Ledger;
  schedules?: Record<string, DeployedSchedule>;
  /** Of the HTTP API; a stack without one where absent. */
  keys?: ApiKey[];
}

export const SCORING: DeployedScoring = {
  ...{ chunkRows: 20_000, chunkBytes: 8 * 2 ** 20, maxRecordBytes: 2 ** 20, maxInflatedBytes: 2 ** 30 },
  output: 'both',
  writeUnitsPerSecond: 4000,
  predictors: { classic: { memoryMiB: 1769, maximumConcurrency: 2 } },
};

/** Runs a command on a stack that is plain data. */
export async function runCommand(argv: readonly string[], world: World = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const shell: Shell = {
    terminal: terminalInto(out, err),
    clock: { now: () => 0, sleep: async () => {} },
    connect: async () => connectionTo(world),
    exitCode: 0,
  };
  const program = buildProgram(shell, '1.2.3');
  program.configureOutput({ writeErr: (text) => err.push(text), writeOut: (text) => out.push(text) });
  for (const command of program.commands) command.copyInheritedSettings(program);
  let exitCode: number;
  try {
    await program.parseAsync(argv, { from: 'user' });
    exitCode = shell.exitCode;
  } catch (error) {
    const failure = explainError(error);
    err.push(failure.message, failure.remedy ?? '');
    exitCode = failure.exitCode;
  }
  return { stdout: out.join(''), stderr: err.join('\n'), exitCode };
}

function terminalInto(out: string[], err: string[]): Terminal {
  return {
    data: async (text) => void out.push(text),
    note: (line) => void err.push(line),
    redraw: () => {},
    live: false,
    columns: 80,
    dataColumns: undefined,
    colour: false,
  };
}

/** A stack that is plain data. */
export function connectionTo(world: World): Connection {
  const { chunks = [], scores = [] } = world;
  const ledger: Partial<Ledger> = {
    readJob: async (id) => (world.view?.job.jobId === id ? world.view : undefined),
    readSummary: async () => world.summary,
    async *chunksOf() {
      yield* chunks;
    },
  };
  return {
    targetLine: 'local stack (http://127.0.0.1:1)',
    resources: {
      inputBucket: 'input',
      modelsBucket: 'models',
      workBucket: 'work',
      resultsBucket: 'results',
      jobsTable: 'jobs',
      scoresTable: 'scores',
      intakeQueueUrl: 'http://queue',
      rescoreQueueUrl: 'http://rescore',
      schedules: JSON.stringify(world.schedules ?? {}),
      runtimes: '{}',
      scoring: JSON.stringify(SCORING),
    },
    apiUrl: world.keys && 'http://api/v1',
    keys: async () => keysOf(world),
    ledger: async () => world.ledger ?? (ledger as Ledger),
    scores: async () => ({
      async *scoresOf(_jobId, from, to, only) {
        yield scores.filter(({ row, error }) => row >= from && row < to && (!only || error));
      },
      async *scoresOfRecord(_model, recordId) {
        yield scores.filter((score) => score.recordId === recordId);
      },
    }),
    objects: async () => objectsOf(world),
    forgetting: async () => forgettingOf(world),
    models: async () => modelsOf(world),
    predictor: async (runtime) => ({
      check: async () => world.answer ?? { ok: true, runtime, goldenRows: 8, ms: 1200 },
      async explain(request) {
        world.sent?.push(request);
        return world.explained ?? { ok: true, runtime, predictions: [] };
      },
    }),
    registry: async () => registryOf(world),
    runs: async () => world.runs ?? memoryRuns().runs,
    async sendToRescore(message) {
      world.sent?.push(message);
      world.onSent?.();
    },
    async sendToIntake(message) {
      world.sent?.push(message);
      world.onSent?.();
    },
    environment: { DROPSCORE_STACK: 'Dropscore' },
  };
}

function keysOf(world: World): ApiKeys {
  const { keys } = world;
  if (!keys) throw new Error('There is no API.');
  return {
    list: async () => keys,
    async create(name) {
      const id = `id-${keys.length}`;
      keys.push({ id, name, enabled: true, createdAt: '2026-11-21T00:00:00.000Z' });
      return { id, value: `value of ${name}` };
    },
    async revoke(id) {
      world.keys = keys.filter((key) => key.id !== id);
    },
  };
}

function objectsOf({ source = '', sourceGone, newest, dropped, results = new Map() }: World): ObjectStore {
  return {
    async drop(_file, key) {
      dropped?.push(key);
      return { bucket: 'input', key, versionId: 'v1' };
    },
    newestVersion: async (bucket, key) => (newest ? { bucket, key, versionId: newest } : undefined),
    sizeOf: async () => Buffer.byteLength(source),
    readRange: async (_object, start, end) => Buffer.from(source).subarray(start, end),
    async *read(_object, end) {
      yield Buffer.from(source).subarray(0, end);
    },
    isThere: async () => !sourceGone,
    readResult: async (key) => results.get(key),
    async *resultKeys(prefix) {
      yield* [...results.keys()].filter((key) => key.startsWith(prefix)).sort();
    },
  };
}

function forgettingOf(world: World): ForgetStore {
  const { scores = [], results = new Map(), forgotten = new Map() } = world;
  const of = (model: string, recordId: string) => `${model}#${recordId}`;
  return {
    knownPlaces: async (model, recordId) => forgotten.get(of(model, recordId)) ?? [],
    async mark(model, recordId) {
      forgotten.set(of(model, recordId), forgotten.get(of(model, recordId)) ?? []);
    },
    async notePlaces(model, recordId, places) {
      forgotten.set(of(model, recordId), [...places]);
    },
    async replaceItem(item, recordId) {
      const at = scores.findIndex((score) => score.row === item.row && score.recordId === recordId);
      if (at >= 0) scores[at] = item;
      return at >= 0;
    },
    async replaceFirstErrors(_jobId, chunk, firstErrors) {
      const holder = chunk === undefined ? world.summary : world.chunks?.find((of) => of.chunk === chunk);
      if (holder) holder.firstErrors = [...firstErrors];
    },
    async readResult(key) {
      const body = results.get(key);
      return body && { body, etag: body.toString('base64') };
    },
    async replaceResult(key, body, etag) {
      if (results.get(key)?.toString('base64') !== etag) return false;
      results.set(key, Buffer.from(body));
      return true;
    },
    removeOlderVersions: async () => 3,
  };
}

function registryOf(world: World): ModelRegistry & ShadowPointers {
  const { names = ['tumours'], manifest = aManifest() } = world;
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  return {
    current: async (name) =>
      names.includes(name) ? json(world.pointer ?? { version: 2, history: [1] }) : undefined,
    shadow: async () => undefined,
    manifest: async (_, version) => json({ ...manifest, version }),
    names: async () => names,
  };
}

function modelsOf(world: World): ModelCatalog {
  const { names = ['tumours'], manifest = aManifest() } = world;
  const pointer = () => world.pointer ?? { version: 2, history: [1] };
  const isThere = (name: string, version: number) => names.includes(name) && version <= 2;
  return {
    names: async () => names,
    versions: async (name) => (names.includes(name) ? [1, 2] : []),
    pointer: async (name) => (names.includes(name) ? { pointer: pointer(), etag: '"1"' } : undefined),
    currentVersion: async (name) => (names.includes(name) ? pointer().version : undefined),
    async movePointer(_name, to) {
      if (!world.contended) world.pointer = to;
      return !world.contended;
    },
    shadow: async () => world.shadow && { pointer: world.shadow, etag: '"2"' },
    async moveShadow(_name, to) {
      if (!world.contended) world.shadow = to;
      return !world.contended;
    },
    manifest: async (name, version) => (isThere(name, version) ? { ...manifest, version } : undefined),
    pinned: async (name, version) =>
      isThere(name, version)
        ? { name, version, manifestSha256: 'a'.repeat(64), runtime: manifest.runtime }
        : undefined,
  };
}
