/**
 * Fans arrays out whose rows are read in place:
 *   npx tsx bench/in-place.ts [--sizes 20MB,2GB,20GB]
 * Fan-out's own code on a file as `joblib.dump` writes it (a sparse one: nobody reads its rows), with a ledger and queues in
 * memory: what grows with a file, without the services' answers. Each size has a process of its own. Prints a Markdown table.
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ModelManifest } from '../contracts/generated/types.ts';
import { type FanOutDependencies, fanOut } from '../functions/fan-out/fan-out.ts';
import { MODEL, NOW } from '../test/unit/factories.ts';
import { arrayHead } from '../test/unit/joblib-file.ts';
import { memoryLedger } from '../test/unit/memory-ledger.ts';

const COLUMNS = 26;
const ROW_BYTES = COLUMNS * 8;
const SOURCE = { bucket: 'input', key: `incoming/${MODEL.name}/x.joblib`, versionId: 'v1' };
const MANIFEST: ModelManifest = {
  ...{ name: MODEL.name, version: MODEL.version, runtime: MODEL.runtime, format: 'joblib', python: '3.13' },
  ...{ artifacts: [{ path: 'm', sha256: 'b'.repeat(64), bytes: 1 }], libraries: {}, publishedAt: NOW },
  features: Array.from({ length: COLUMNS }, (_, i) => ({ name: `f${i}`, type: 'float' })),
  output: { kind: 'regression' },
};

interface Run {
  rows: number;
  chunks: number;
  seconds: number;
  bytesRead: number;
  peakMegabytes: number;
}

const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '20MB,2GB,20GB' }, size: { type: 'string' } },
});
if (values.size) console.log(JSON.stringify(await run(bytesOf(values.size))));
else compare(values.sizes.split(','));

function compare(sizes: readonly string[]): void {
  const [cpu] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  console.log(`${cpus().length} × ${cpu?.model ?? 'unknown'}, ${memory} GiB; Node ${process.version}.\n`);
  console.log(
    '| array | rows | chunks | seconds | bytes read | peak RSS, MB |\n|---|---:|---:|---:|---:|---:|',
  );
  for (const size of sizes) {
    const self = fileURLToPath(import.meta.url);
    const child = execFileSync(process.execPath, ['--import', 'tsx', self, '--size', size]);
    const { rows, chunks, seconds, bytesRead, peakMegabytes }: Run = JSON.parse(child.toString());
    const cells = [size, rows, chunks, seconds.toFixed(2), bytesRead, peakMegabytes.toFixed(0)];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

/** In the child. */
async function run(size: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'dropscore-bench-'));
  try {
    const rows = Math.floor(size / ROW_BYTES);
    const file = join(folder, 'x.joblib');
    const world = worldOf(file, writeArray(file, rows));
    const started = process.hrtime.bigint();
    await fanOut({ type: 'start', requestedBy: 'drop', source: SOURCE }, world.dependencies);
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    const [entry] = [...world.entries.values()];
    if (entry?.state.rowsTotal !== rows) throw new Error(JSON.stringify(entry?.state));
    const { chunksTotal = 0 } = entry.state;
    const peakMegabytes = process.resourceUsage().maxRSS / 1024;
    return { rows, chunks: chunksTotal, seconds, bytesRead: world.bytesRead(), peakMegabytes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns the file's size. */
function writeArray(file: string, rows: number): number {
  const head = arrayHead(rows, COLUMNS);
  const size = head.length + rows * ROW_BYTES + 1;
  const target = openSync(file, 'w');
  writeSync(target, head);
  ftruncateSync(target, size - 1);
  writeSync(target, '.', size - 1);
  closeSync(target);
  return size;
}

function worldOf(file: string, bytes: number) {
  const memory = memoryLedger();
  let bytesRead = 0;
  const none = async () => {};
  const dependencies: FanOutDependencies = {
    ledger: memory.ledger,
    runtimes: [MODEL.runtime],
    settings: {
      ...{ inputBucket: 'input', workBucket: 'work', maxRecordBytes: 2 ** 20, maxInflatedBytes: 2 ** 31 },
      ...{ chunkRows: 20_000, chunkBytes: 8 * 2 ** 20, output: 'both' },
    },
    models: {
      current: async () => Buffer.from(JSON.stringify({ version: MODEL.version })),
      manifest: async () => Buffer.from(JSON.stringify(MANIFEST)),
      shadow: async () => undefined,
      names: async () => [MODEL.name],
    },
    now: () => NOW,
    timeLeft: () => 120_000,
    describe: async () => ({ object: SOURCE, bytes, lastModified: NOW }),
    async *read(_, from, to = bytes) {
      for await (const piece of createReadStream(file, { start: from, end: to - 1 })) {
        bytesRead += piece.length;
        yield piece;
      }
    },
    stage: async () => SOURCE,
    sendChunks: none,
    sendContinue: none,
    sendUnpack: async () => Promise.reject(new Error('the array was not read in place')),
  };
  return { ...memory, dependencies, bytesRead: () => bytesRead };
}

function bytesOf(size: string): number {
  const [, number, unit = ''] = /^(\d+)(GB|MB)$/i.exec(size) ?? [];
  if (!number) throw new Error(`A size is a number with MB or GB, such as 2GB, not ${size}.`);
  return Number(number) * (unit.toUpperCase() === 'GB' ? 1e9 : 1e6);
}
