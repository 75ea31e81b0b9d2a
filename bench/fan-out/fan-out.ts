import path from 'node:path';
import type { Bench, Goal, Report, Size, Table } from '../bench.ts';
import { bundle, inTemporaryFolder, runNode } from '../child.ts';
import { interleaved, least } from '../interleaved.ts';
import { versionsOf } from '../machine.ts';
import type { Use } from '../measured.ts';
import { type Variant, writeText } from '../splitter/data.ts';
import type { FannedOut } from './world.ts';

const WAYS = ['dropscore', 'JSON rows'] as const;
type Way = (typeof WAYS)[number];
/** The shorter of the two is disturbed by less, so it has more runs. */
const ORDER: readonly Way[] = ['dropscore', 'JSON rows', 'dropscore'];
type Run = Use & { result: { rows: number; messages: number; messageBytes: number } };

const VARIANTS = ['quote-free', 'quoted', 'all quoted'] as const satisfies Variant[];
const TIMES_JSON_ROWS = 20;
const SIZES = { quick: { bytes: 60e6, rounds: 1 }, full: { bytes: 200e6, rounds: 3 } } as const;
const WARM_UP_BYTES = 10e6;
const ARRAY_ROWS = { '20 MB': 96_153, '2 GB': 9_615_384, '20 GB': 96_153_846 };

/** A file and what each way made of it: of several runs the one with the least CPU time. */
interface Compared {
  variant: Variant;
  textBytes: number;
  best: Record<Way, Run>;
}

/** What it costs to turn a file into messages: references to chunks, beside rows as JSON; and arrays that are read in place. */
export const fanOutBench: Bench = { name: 'fan-out', run };

async function run(size: Size): Promise<Report> {
  return inTemporaryFolder(async (folder) => {
    const compared = await compareWays(folder, SIZES[size]);
    return {
      title: 'Fan-out',
      about: ABOUT,
      goals: compared.filter(({ variant }) => variant !== 'all quoted').map(goalOf),
      tables: [tableOf(compared), await arraysTable(folder)],
      notes: NOTES,
    };
  });
}

const ABOUT = `\
What it costs to turn a file into messages, without the time of queue and ledger: fan-out's own code, from the look at the file to batches for SQS, with a ledger in
memory and an SQS client that takes each batch at once. The usual way beside it has a CSV parser make an object of each row, and sends the rows as JSON
in messages of at most 1 MiB, by the same sender. Both have done a small file before, as a warm function has. Files are those of the [splitter](#splitter). ${versionsOf('papaparse')}.

Rows of an uncompressed array are not read at all: fan-out computes their chunks. Those files are as \`joblib.dump\` writes them, with 26 columns, and sparse.`;

const NOTES = `\
Where every field is quoted there is no goal: reading the stream and finding the ends of the fields, byte by byte, take what they take (see the notes on the
[splitter](#splitter)), and messages and ledger hardly show. Most of what fan-out takes of a quote-free file is the file stream.`;

async function compareWays(folder: string, { bytes, rounds }: { bytes: number; rounds: number }) {
  const script = await bundle('bench/fan-out/text.child.ts', folder);
  const compared: Compared[] = [];
  for (const variant of VARIANTS) {
    const file = await writeText(path.join(folder, 'data.csv'), variant, bytes);
    const small = await writeText(path.join(folder, 'small.csv'), variant, WARM_UP_BYTES);
    const runs = await interleaved(ORDER, rounds, async (way) => {
      const run = await runNode<Run>(script, [way, file.path, small.path]);
      if (run.result.rows !== file.rows) throw new Error(`${way}: ${run.result.rows} of ${file.rows} rows.`);
      return run;
    });
    const best = (way: Way) => least(runs[way], ({ cpuSeconds }) => cpuSeconds);
    const { textBytes } = file;
    compared.push({
      variant,
      textBytes,
      best: { dropscore: best('dropscore'), 'JSON rows': best('JSON rows') },
    });
  }
  return compared;
}

const goalOf = ({ variant, best }: Compared): Goal => ({
  what: `fan-out with its messages, ${variant}`,
  reference: 'JSON rows in messages',
  ratio: best['JSON rows'].cpuSeconds / best.dropscore.cpuSeconds,
  sense: 'at least',
  goal: TIMES_JSON_ROWS,
});

const tableOf = (compared: readonly Compared[]): Table => ({
  columns: [
    'file',
    'messages hold',
    'messages',
    'MB in them',
    'MB of the file per CPU second',
    'times',
    'peak RSS, MB',
  ],
  align: ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
  rows: compared.flatMap(({ variant, textBytes, best }) =>
    WAYS.map((way) => {
      const { cpuSeconds, peakMegabytes, result } = best[way];
      return [
        variant,
        way === 'dropscore' ? 'references to chunks' : 'rows as JSON',
        result.messages,
        (result.messageBytes / 1e6).toFixed(2),
        (textBytes / 1e6 / cpuSeconds).toFixed(0),
        (best['JSON rows'].cpuSeconds / cpuSeconds).toFixed(1),
        peakMegabytes.toFixed(0),
      ];
    }),
  ),
});

async function arraysTable(folder: string): Promise<Table> {
  const script = await bundle('bench/fan-out/array.child.ts', folder);
  const rows: (string | number)[][] = [];
  for (const [size, count] of Object.entries(ARRAY_ROWS)) {
    const run = await runNode<Use & { result: FannedOut }>(script, [
      path.join(folder, 'x.joblib'),
      String(count),
    ]);
    const { result, seconds, peakMegabytes } = run;
    if (result.rows !== count) throw new Error(`${result.rows} of ${count} rows.`);
    rows.push([size, count, result.chunks, seconds.toFixed(2), result.bytesRead, peakMegabytes.toFixed(0)]);
  }
  return {
    title: 'Arrays whose rows are read in place',
    columns: ['array', 'rows', 'chunks', 'seconds', 'bytes read', 'peak RSS, MB'],
    align: ['left', 'right', 'right', 'right', 'right', 'right'],
    rows,
  };
}
