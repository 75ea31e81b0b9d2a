import { parseSettings } from '../../infra/load-settings.ts';
import type { Bench, Goal, Report, Size, Table } from '../bench.ts';
import { runPython } from '../child.ts';
import prices from '../prices.json' with { type: 'json' };
import { ASSUMED, QUOTAS } from '../scaling/quotas.ts';
import { CHUNKS_A_PAGE, summaryMilliseconds } from './summary.ts';

interface Writes {
  alone: { latencyMs: number; threads: number; rowsPerSecond: number; cpuMicrosecondsPerRow: number }[];
  crowds: { predictors: number; ofTheUnits: number }[];
}

interface Memory {
  format: string;
  chunkMegabytes: number;
  peakMegabytes: number;
  scoreSeconds: number;
  fileSeconds: number;
  itemsSeconds: number;
}

const ARGUMENTS = {
  quick: {
    writes: ['--seconds', '0.5', '--latencies', '10', '50', '--threads', '4', '16', '--crowds', '2'],
    memory: ['joblib', 'onnx'],
  },
  full: { writes: ['--seconds', '3'], memory: [] },
} as const;
const MEMORY_SIZES = [512, 1024, 1769, 3538] as const;
/** Lambda gives a whole virtual CPU with this much memory, and shares of it with less. */
const MIB_A_CPU = 1769;
const SLOWEST_MS = 50;
const MANY_ROWS = 1e10;
/** A query's page of 1 MB. */
const PAGE_SECONDS = 0.04;

/** What the defaults of the settings rest on. */
export const settingsBench: Bench = { name: 'settings', run };

async function run(size: Size): Promise<Report> {
  const writes = await runPython<Writes>('bench/settings/writes.py', ARGUMENTS[size].writes);
  const memory = await runPython<Memory[]>('bench/settings/memory.py', ARGUMENTS[size].memory);
  const summary = await summaryMilliseconds();
  return {
    title: 'Settings',
    about: ABOUT,
    goals: goals(writes, memory, summary),
    tables: [threadsTable(writes), crowdTable(writes), memoryTable(memory), sizesTable(memory, writes)],
    plots: [
      {
        name: 'write-threads',
        title: 'Rows a second that one predictor writes',
        kind: 'lines',
        xTitle: 'write threads',
        yTitle: 'rows a second',
        series: latenciesOf(writes).map((latency) => ({
          name: `${latency} ms a batch`,
          points: writes.alone
            .filter(({ latencyMs }) => latencyMs === latency)
            .map(({ threads, rowsPerSecond }) => [threads, Math.round(rowsPerSecond)] as const),
        })),
      },
    ],
    notes: notes(summary),
  };
}

const ABOUT = `\
What the defaults of [settings](settings.md) rest on: write threads, concurrency, memory. The predictor's own writer sends the items of a chunk of 20,000 rows (30 numbers, an id
that is indexed) to a stand-in for DynamoDB that accepts all of them after so many milliseconds; or as many as four partitions of 1,000 units a second take, and the rest is left
unprocessed. Memory and CPU are those of a fresh process with a chunk at both limits at once, 20,000 rows and 8 MiB (20 numbers with all their digits): the models are a forest of
50 trees (joblib, skops, ONNX) and 100 boosted trees.`;

function goals({ alone }: Writes, memory: readonly Memory[], summary: number): Goal[] {
  const { writeThreads, writeUnitsPerSecond, functions, runtimes } = parseSettings({});
  const slowest = alone.find(
    ({ latencyMs, threads }) => latencyMs === SLOWEST_MS && threads === writeThreads,
  );
  const { memoryMiB, timeoutSeconds } = functions.complete;
  return [
    {
      what: `two predictors of ${writeThreads} write threads, ${SLOWEST_MS} ms a batch`,
      reference: `the ${writeUnitsPerSecond.toLocaleString('en')} units of a new table`,
      ratio: (2 * (slowest?.rowsPerSecond ?? 0)) / writeUnitsPerSecond,
      sense: 'at least',
      goal: 0.75,
    },
    {
      what: 'peak memory of a predictor at the default chunk, its models apart',
      reference: 'what the function has, less the quarter for models',
      ratio:
        Math.max(...memory.map(({ peakMegabytes }) => peakMegabytes)) /
        (0.75 * (runtimes.classic?.memoryMiB ?? 0)),
      sense: 'at most',
      goal: 0.5,
    },
    {
      what: 'summary of a job of 10^10 rows',
      reference: `the ${timeoutSeconds} s that complete has`,
      ratio: summarySeconds(summary, memoryMiB) / timeoutSeconds,
      sense: 'at most',
      goal: 0.8,
    },
  ];
}

/** By CPU, of which a function has as much as its memory gives, and by the pages of the ledger, one after the other. */
function summarySeconds(milliseconds: number, memoryMiB: number): number {
  const chunks = MANY_ROWS / parseSettings({}).chunkRows;
  const cpuShare = Math.min(1, memoryMiB / MIB_A_CPU);
  return chunks * (milliseconds / 1000 / cpuShare + PAGE_SECONDS / CHUNKS_A_PAGE);
}

const latenciesOf = ({ alone }: Writes): number[] => [...new Set(alone.map(({ latencyMs }) => latencyMs))];

function threadsTable(writes: Writes): Table {
  const latencies = latenciesOf(writes);
  const threads = [...new Set(writes.alone.map((run) => run.threads))];
  return {
    title: 'Rows a second that one predictor writes, by what a batch of 25 takes',
    columns: ['write threads', ...latencies.map((latency) => `${latency} ms`), 'CPU µs a row'],
    align: ['right', ...latencies.map(() => 'right' as const), 'right'],
    rows: threads.map((count) => {
      const runs = writes.alone.filter((run) => run.threads === count);
      const cpu = Math.min(...runs.map(({ cpuMicrosecondsPerRow }) => cpuMicrosecondsPerRow));
      return [
        count,
        ...latencies.map((latency) =>
          whole(runs.find(({ latencyMs }) => latencyMs === latency)?.rowsPerSecond),
        ),
        cpu.toFixed(0),
      ];
    }),
  };
}

const crowdTable = ({ crowds }: Writes): Table => ({
  title: 'What predictors of four threads get together of a new table, 10 ms a batch',
  columns: ['predictors', 'of its 4,000 units'],
  align: ['right', 'right'],
  rows: crowds.map(({ predictors, ofTheUnits }) => [predictors, ofTheUnits.toFixed(2)]),
});

const memoryTable = (memory: readonly Memory[]): Table => ({
  title: 'A chunk of the default size, by model format',
  columns: ['format', 'peak, MB', 'parse and predict, s', 'result file, s', 'items, s'],
  align: ['left', 'right', 'right', 'right', 'right'],
  rows: memory.map(({ format, peakMegabytes, scoreSeconds, fileSeconds, itemsSeconds }) => [
    format,
    whole(peakMegabytes),
    ...[scoreSeconds, fileSeconds, itemsSeconds].map((seconds) => seconds.toFixed(2)),
  ]),
});

/** By the CPU share that Lambda gives with so much memory; one thread computes, and gains nothing from a second CPU. */
function sizesTable(memory: readonly Memory[], { alone }: Writes): Table {
  const { chunkRows, writeThreads } = parseSettings({});
  const slowest = Math.max(...memory.map(({ scoreSeconds, fileSeconds }) => scoreSeconds + fileSeconds));
  const run = alone.find(({ latencyMs, threads }) => latencyMs === 10 && threads === writeThreads);
  const waitingSeconds = chunkRows / (run?.rowsPerSecond ?? Number.NaN);
  const writingCpu = (chunkRows * (run?.cpuMicrosecondsPerRow ?? 0)) / 1e6;
  return {
    title: 'Memory sizes, computed from these',
    columns: ['MiB', '`files`: s a chunk', '$ a million rows', '`both`: s a chunk', '$ a million rows'],
    align: ['right', 'right', 'right', 'right', 'right'],
    rows: MEMORY_SIZES.map((mebibytes) => {
      const share = Math.min(1, mebibytes / MIB_A_CPU);
      const files = slowest / share + ASSUMED.requestsSeconds.value;
      const both = files + Math.max(waitingSeconds, writingCpu / share);
      const dollars = (seconds: number) =>
        ((seconds * 1e6) / chunkRows) * (mebibytes / 1024) * prices.dollars.lambdaGbSecond;
      return [
        mebibytes,
        ...[files, both].flatMap((seconds) => [seconds.toFixed(2), dollars(seconds).toFixed(4)]),
      ];
    }),
  };
}

const notes = (summary: number): string => `\
- **Write threads: 4.** Two predictors, the fewest that Lambda runs of an event source, then keep a new table busy even where a batch takes 50 ms. One CPU ends at about
  20,000 rows a second, so that more than 16 threads would do nothing; and 8 bring nothing where the table is the limit, which it is while \`writeUnitsPerSecond\` is what the table takes.
- **500 units a second for each thread**, by which concurrency is derived, is what a thread writes at 50 ms a batch. At 5 to 10 ms it is 2,000 to 3,500, so that predictors ask for more than the
  table has: they wait, share it evenly, and lose their waiting time, which is one or two per cent of what the items cost. Counting with 2,000 would save that, and leave three quarters of the table
  unused on a day when a batch takes 50 ms.
- **Memory: 1,769 MiB.** A quarter of it would hold a chunk and small models. It is the size of one whole CPU: less takes longer, and saves less than half a per cent of what a million items cost; more costs twice, and gains nothing.
- **\`complete\`: ${summary.toFixed(2)} ms of CPU a chunk.** With 1,024 MiB and 60 s, as it was, it would have ended no job of more than some ${tooMany(summary)} rows.
- **50 predictors without items.** One fan-out reads ${ASSUMED.streamMegabytes.value} MB a second of its source, which seven predictors can score; five of them feed some 35. Lambda's ${QUOTAS.lambdaConcurrency.value.toLocaleString('en')} are far.`;

/** What one run of 60 s with 1,024 MiB came to. */
function tooMany(milliseconds: number): string {
  const rows = (MANY_ROWS * 60) / summarySeconds(milliseconds, 1024);
  return `${(rows / 1e9).toFixed(1)} × 10^9`;
}

const whole = (figure = Number.NaN): string => Math.round(figure).toLocaleString('en');
