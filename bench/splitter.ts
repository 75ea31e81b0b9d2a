/**
 * Compares the splitter with other ways of finding records in a CSV file:
 *   npx tsx bench/splitter.ts [--size 1GB]
 * Each reader runs in a process of its own, on a file generated in the system's temporary folder. Prints a Markdown table.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readers } from './splitter-readers.ts';

interface Run {
  records: number;
  seconds: number;
  /** Of all threads; on a machine with other work on it, the steadier figure. */
  cpuSeconds: number;
  peakMegabytes: number;
}

const VARIANTS = ['quote-free', 'quoted', 'all quoted'] as const;
type Variant = (typeof VARIANTS)[number];

/** Below this a run is short enough for the best of several to matter. */
const REPEAT_BELOW_SECONDS = 5;
const BLOCK_BYTES = 16e6;

const { values } = parseArgs({
  options: { size: { type: 'string', default: '1GB' }, reader: { type: 'string' }, file: { type: 'string' } },
});
if (values.reader && values.file) await runReader(values.reader, values.file);
else compare(bytesOf(values.size));

/** In the child. */
async function runReader(name: string, file: string): Promise<void> {
  const read = readers[name];
  if (!read) throw new Error(`There is no reader ${name}.`);
  const start = process.hrtime.bigint();
  const cpuAtStart = process.cpuUsage();
  const records = await read(file);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(cpuAtStart);
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  const run: Run = { records, seconds, cpuSeconds: (user + system) / 1e6, peakMegabytes };
  console.log(JSON.stringify(run));
}

function compare(size: number): void {
  console.log(`${describeMachine()}\n`);
  console.log(
    '| file | reader | MB/s | MB per CPU second | of newlines | peak RSS, MB |\n|---|---|---:|---:|---:|---:|',
  );
  const folder = mkdtempSync(join(tmpdir(), 'dropscore-bench-'));
  try {
    for (const variant of VARIANTS) compareOn(join(folder, 'data.csv'), variant, size);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compareOn(file: string, variant: Variant, size: number): void {
  const records = generate(file, variant, size);
  const megabytes = statSync(file).size / 1e6;
  let newlines = 0;
  for (const name of Object.keys(readers)) {
    const run = bestOf(name, file);
    // Quoted text of this file holds no newline, so that all readers must agree.
    if (run.records !== records) throw new Error(`${name} found ${run.records} of ${records} records.`);
    const perCpuSecond = megabytes / run.cpuSeconds;
    newlines ||= perCpuSecond;
    const figures = [megabytes / run.seconds, perCpuSecond].map((figure) => figure.toFixed(0));
    const cells = [
      variant,
      name,
      ...figures,
      (perCpuSecond / newlines).toFixed(2),
      run.peakMegabytes.toFixed(0),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

function bestOf(reader: string, file: string): Run {
  const first = runInChild(reader, file);
  const more =
    first.cpuSeconds < REPEAT_BELOW_SECONDS ? [1, 2, 3, 4].map(() => runInChild(reader, file)) : [];
  return [first, ...more].reduce((best, run) => (run.cpuSeconds < best.cpuSeconds ? run : best));
}

function runInChild(reader: string, file: string): Run {
  const self = fileURLToPath(import.meta.url);
  const output = execFileSync(process.execPath, [
    '--import',
    'tsx',
    self,
    '--reader',
    reader,
    '--file',
    file,
  ]);
  return JSON.parse(output.toString());
}

/** Repeats a block of different rows: 20 numbers and 3 texts, about 200 bytes each. @returns the rows. */
function generate(file: string, variant: Variant, size: number): number {
  const lines: string[] = [];
  for (let bytes = 0; bytes < BLOCK_BYTES; bytes += lines.at(-1)?.length ?? 0)
    lines.push(row(lines.length, variant));
  const block = Buffer.from(lines.join(''));
  const target = openSync(file, 'w');
  let bytes = writeSync(target, `${Array.from({ length: 23 }, (_, i) => `column_${i}`).join(',')}\n`);
  let records = 0;
  for (; bytes < size; records += lines.length) bytes += writeSync(target, block);
  closeSync(target);
  return records;
}

function row(n: number, variant: Variant): string {
  const numbers = Array.from({ length: 20 }, (_, i) => ((((n + 1) * 7919 * (i + 3)) % 1e6) / 100).toFixed(2));
  const city = variant === 'quote-free' ? `city ${n % 977}` : `"city ${n % 977}, ""the"" old town"`;
  const fields = [...numbers, city, `group${n % 7}`, n % 2 ? 'yes' : 'no'];
  const quoted =
    variant === 'all quoted' ? fields.map((field) => (field.startsWith('"') ? field : `"${field}"`)) : fields;
  return `${quoted.join(',')}\n`;
}

function describeMachine(): string {
  const [cpu] = cpus();
  const versions = ['papaparse', 'csv-parse'].map((name) => {
    const manifest = readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8');
    return `${name} ${JSON.parse(manifest).version}`;
  });
  const machine = `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return `${machine}; Node ${process.version}, ${versions.join(', ')}; ${values.size} a file, read from the page cache.`;
}

function bytesOf(size: string): number {
  const [, number, unit = ''] = /^(\d+)(GB|MB)$/i.exec(size) ?? [];
  if (!number) throw new Error(`--size is a number with MB or GB, such as 1GB, not ${size}.`);
  return Number(number) * (unit.toUpperCase() === 'GB' ? 1e9 : 1e6);
}
