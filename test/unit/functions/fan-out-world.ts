import type {
  ChunkMessage,
  IntakeMessage,
  ModelManifest,
  ObjectVersion,
  UnpackMessage,
} from '../../../contracts/generated/types.ts';
import { jobId } from '../../../core/keys.ts';
import { type FanOutDependencies, fanOut } from '../../../functions/fan-out/fan-out.ts';
import { MODEL, NOW } from '../factories.ts';
import { memoryLedger } from '../memory-ledger.ts';

export const MANIFEST: ModelManifest = {
  name: MODEL.name,
  version: MODEL.version,
  runtime: 'classic',
  format: 'joblib',
  artifacts: [{ path: 'model.joblib', sha256: 'b'.repeat(64), bytes: 1 }],
  libraries: {},
  python: '3.13',
  features: [{ name: 'radius', type: 'float' }],
  idColumn: 'id',
  dialect: { delimiter: ',', decimal: '.' },
  output: { kind: 'regression' },
  publishedAt: NOW,
};

/** A world of one bucket and one model, small slices, and a log of what was sent. */
export function aWorld(files: Record<string, string | Buffer>, changes: Partial<FanOutDependencies> = {}) {
  const memory = memoryLedger();
  const objects = new Map(Object.entries(files).map(([key, text]) => [key, Buffer.from(text)]));
  const manifests = new Map([[MODEL.version, MANIFEST]]);
  const current = { version: MODEL.version };
  /** The text of `shadow.json`. */
  const pointers: { shadow?: string } = {};
  const sent: ChunkMessage[] = [];
  const continued: string[] = [];
  const unpack: UnpackMessage[] = [];
  const dependencies: FanOutDependencies = {
    ledger: memory.ledger,
    runtimes: ['classic'],
    settings: {
      inputBucket: 'input',
      workBucket: 'work',
      chunkRows: 2,
      chunkBytes: 1000,
      maxRecordBytes: 200,
      maxInflatedBytes: 10_000,
      output: 'both',
    },
    models: {
      current: async (model) => (model === MODEL.name ? Buffer.from(JSON.stringify(current)) : undefined),
      manifest: async (_, version) => {
        const manifest = manifests.get(version);
        return manifest && Buffer.from(JSON.stringify(manifest));
      },
      shadow: async () => (pointers.shadow === undefined ? undefined : Buffer.from(pointers.shadow)),
      names: async () => [MODEL.name, 'houses'],
    },
    now: () => NOW,
    timeLeft: () => 60_000,
    async describe({ bucket, key, versionId = 'v1' }) {
      const body = objects.get(key);
      return body && { object: { bucket, key, versionId }, bytes: body.length, lastModified: NOW };
    },
    async *read({ key }: ObjectVersion, from: number, to?: number) {
      const body = (objects.get(key) ?? Buffer.alloc(0)).subarray(0, to);
      for (let at = from; at < body.length; at += 16) yield body.subarray(at, at + 16);
    },
    async stage(key, body) {
      objects.set(key, Buffer.from(body));
      return { bucket: 'work', key, versionId: 'v1' };
    },
    sendChunks: async (_, messages) => void sent.push(...messages),
    sendContinue: async (id) => void continued.push(id),
    sendUnpack: async (message) => void unpack.push(message),
    ...changes,
  };
  return { ...memory, dependencies, objects, manifests, current, pointers, sent, continued, unpack };
}

export const KEY = `incoming/${MODEL.name}/a.csv`;
/** The message that a drop sends. */
export const drop = (key = KEY, changes = {}): IntakeMessage => ({
  type: 'start',
  requestedBy: 'drop',
  source: { bucket: 'input', key, versionId: 'v1', ...changes },
});
export const idOf = (key = KEY) => jobId({ bucket: 'input', key, versionId: 'v1' }, MODEL.name);
export const rows = (count: number) =>
  `id,radius\n${Array.from({ length: count }, (_, i) => `r${i},${i}.5\n`).join('')}`;

export async function outcomeOf(text: string | Buffer, key = KEY) {
  const world = aWorld({ [key]: text });
  await fanOut(drop(key), world.dependencies);
  const view = await world.ledger.readJob(idOf(key));
  return { ...world, job: view?.job, state: view?.state };
}
