import type { Bench, Report, Size } from '../bench.ts';
import { runPython } from '../child.ts';

interface Reading {
  milliseconds: number;
  peakMegabytes: number;
}

interface ReadFile {
  what: string;
  megabytes: number;
  decode: Reading;
  load: Reading;
}

const SIZES = { quick: { rows: 20_000, runs: 1 }, full: { rows: 200_000, runs: 5 } };

/** What decoding a dropped joblib file costs beside `joblib.load`, which would run what is in it. */
export const joblibFiles: Bench = { name: 'joblib-files', run };

async function run(size: Size): Promise<Report> {
  const { rows, runs } = SIZES[size];
  const { versions, files } = await runPython<{ versions: string; files: ReadFile[] }>(
    'bench/joblib-files/joblib_files.py',
    ['--rows', String(rows), '--runs', String(runs)],
  );
  return {
    title: 'Files of joblib',
    about: `\
What decoding a dropped joblib file costs beside \`joblib.load\`, which would run what is in it: ${rows.toLocaleString('en')} rows of 26 columns. Each reading is a process of
its own; time is CPU, the least of several runs; peak memory is what the process grew by while it read. Arrays whose rows are read in place are not
decoded at all: see [fan-out](#fan-out). ${versions}.`,
    goals: [],
    tables: [
      {
        columns: [
          'file',
          'MB',
          'decode, ms',
          'joblib.load, ms',
          'ratio',
          'decode, peak MB',
          'joblib.load, peak MB',
        ],
        align: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
        rows: files.map(({ what, megabytes, decode, load }) => [
          what,
          ...[megabytes, decode.milliseconds, load.milliseconds].map((figure) => figure.toFixed(0)),
          (decode.milliseconds / load.milliseconds).toFixed(1),
          ...[decode.peakMegabytes, load.peakMegabytes].map((figure) => figure.toFixed(0)),
        ]),
      },
    ],
  };
}
