import path from 'node:path';
import type { Goal, Plot, Table } from '../bench.ts';
import { runNode } from '../child.ts';
import { interleaved, least } from '../interleaved.ts';
import type { Use } from '../measured.ts';
import { VARIANTS, type Variant, writeText } from './data.ts';
import { type ReaderName, readers } from './readers.ts';

interface Settings {
  bytes: number;
  rounds: number;
}

/** Of a variant, each reader's run with the least CPU time. */
interface Compared {
  variant: Variant;
  textBytes: number;
  best: Record<ReaderName, Use>;
}

const NAMES = Object.keys(readers) as ReaderName[];
const PARSERS: readonly ReaderName[] = ['papaparse (header)', 'csv-parse (arrays)'];
const SCANNERS = NAMES.filter((name) => !PARSERS.includes(name));
/** Parsers take forty times as long, so that fewer runs of theirs tell as much. */
const ORDER = [...NAMES, ...SCANNERS, ...SCANNERS];

const TIMES_PAPAPARSE = 6;
const OF_NEWLINES: Record<Variant, number> = {
  ...{ 'quote-free': 0.6, CRLF: 0.6, wide: 0.6, gz: 0.6 },
  ...{ quoted: 0.35, 'all quoted': 0.35 },
};

/** Every reader on a file of every variant. */
export async function compareOnFiles(
  folder: string,
  script: string,
  settings: Settings,
): Promise<{ goals: Goal[]; table: Table; plot: Plot }> {
  const compared: Compared[] = [];
  for (const variant of VARIANTS) compared.push(await compare(variant, folder, script, settings));
  return { goals: compared.flatMap(goalsOf), table: tableOf(compared), plot: plotOf(compared) };
}

async function compare(
  variant: Variant,
  folder: string,
  script: string,
  { bytes, rounds }: Settings,
): Promise<Compared> {
  const file = await writeText(path.join(folder, 'data.csv'), variant, bytes);
  const read = async (reader: ReaderName) => {
    const run = await runNode<Use & { result: number }>(script, [reader, file.path]);
    // Quoted text of these files holds no newline, so that all readers must agree.
    if (run.result !== file.rows) throw new Error(`${reader} found ${run.result} of ${file.rows} records.`);
    return run;
  };
  const runs = await interleaved(ORDER, rounds, read);
  const best = NAMES.map((name) => [name, least(runs[name], ({ cpuSeconds }) => cpuSeconds)]);
  return { variant, textBytes: file.textBytes, best: Object.fromEntries(best) };
}

const speed = ({ best, textBytes }: Compared, reader: ReaderName): number =>
  textBytes / 1e6 / best[reader].cpuSeconds;

function goalsOf(compared: Compared): Goal[] {
  const what = `splitter, ${compared.variant}`;
  const ours = speed(compared, 'dropscore');
  const isCompressed = compared.variant === 'gz';
  const ofNewlines: Goal = {
    what,
    reference: isCompressed ? 'gunzip and newline count' : 'newline count (indexOf)',
    ratio: ours / speed(compared, 'newlines (indexOf)'),
    sense: 'at least',
    goal: OF_NEWLINES[compared.variant],
  };
  const ofPapaparse: Goal = {
    what,
    reference: 'papaparse, header mode',
    ratio: ours / speed(compared, 'papaparse (header)'),
    sense: 'at least',
    goal: TIMES_PAPAPARSE,
  };
  return [ofNewlines, ofPapaparse];
}

function tableOf(compared: readonly Compared[]): Table {
  return {
    columns: ['file', 'reader', 'MB/s', 'MB per CPU second', 'of newlines', 'peak RSS, MB'],
    align: ['left', 'left', 'right', 'right', 'right', 'right'],
    rows: compared.flatMap((one) =>
      NAMES.map((name) => [
        one.variant,
        name,
        (one.textBytes / 1e6 / one.best[name].seconds).toFixed(0),
        speed(one, name).toFixed(0),
        (speed(one, name) / speed(one, 'newlines (indexOf)')).toFixed(2),
        one.best[name].peakMegabytes.toFixed(0),
      ]),
    ),
  };
}

function plotOf(compared: readonly Compared[]): Plot {
  return {
    name: 'splitter',
    title: 'Finding the records of a file',
    kind: 'bars',
    xTitle: '',
    yTitle: 'MB per CPU second',
    series: NAMES.map((name) => ({
      name,
      points: compared.map((one) => [one.variant, Math.round(speed(one, name))]),
    })),
  };
}
