import type { Bench, Goal, Plot, Report, Size, Table } from '../bench.ts';
import { inTemporaryFolder } from '../child.ts';
import { makeModels, withOneThread } from './one-thread.ts';

const DEFAULT_CHUNK = 20_000;
const MODELS = {
  logistic: 'logistic regression',
  forest: 'forest of 100 trees',
  hgb: 'HistGradientBoosting',
  xgboost: 'XGBoost',
  lightgbm: 'LightGBM',
  onnx: 'forest as an ONNX graph',
};
const STAGES = ['read', 'predict', 'check', 'report', 'encode'] as const;
const SIZES = {
  quick: { rows: 40_000, runs: 2, chunks: [5_000, DEFAULT_CHUNK] },
  full: { rows: 100_000, runs: 5, chunks: [5_000, 10_000, DEFAULT_CHUNK, 50_000, 100_000] },
};

/** CPU seconds: of the scripts and of the predictor by its rows a chunk, for all rows; of its stages, for one chunk. */
interface Measured {
  seconds: Record<string, number>;
  stages: Record<(typeof STAGES)[number], number>;
}

export const predictor: Bench = {
  name: 'predictor',
  run: (size) =>
    inTemporaryFolder(async (folder) => {
      const { rows } = SIZES[size];
      await makeModels(folder, rows);
      const measured = new Map<string, Measured>();
      for (const model of Object.keys(MODELS)) measured.set(model, await measure(folder, model, size));
      return report(measured, rows);
    }),
};

function measure(folder: string, model: string, size: Size): Promise<Measured> {
  const { chunks, runs } = SIZES[size];
  const sizes = ['--chunk-rows', ...chunks.map(String), '--runs', String(runs)];
  return withOneThread(`bench/predictor/measure_chunks.py`, [folder, model, ...sizes]);
}

function report(measured: ReadonlyMap<string, Measured>, rows: number): Report {
  return {
    title: 'Predictor',
    about: `Parse, predict, encode: what a chunk of ${thousands(DEFAULT_CHUNK)} rows takes from its bytes to its result
file (\`output: files\`) and its report for the ledger, beside a plain script: \`pandas.read_csv\` of the whole file and one prediction. Both are one process
with one thread, and take turns; the least CPU time of each counts. ${thousands(rows)} rows of 218 bytes: an id, 20 numbers, 3 texts. The models are
binary classifiers. The script finds no bad row, keeps no statistics and writes nothing; the column *writing* is the same script where it also writes
ids, labels and probabilities by \`to_csv\` (gzip), as the result file has them.`,
    goals: [...measured].flatMap(([model, { seconds }]) => goalsOf(model, seconds)),
    tables: [ratios(measured, rows), stageTable(measured)],
    plots: [plot(measured)],
    notes: NOTES,
  };
}

const goalsOf = (model: string, seconds: Measured['seconds']): Goal[] => [
  {
    what: `predictor, ${named(model)}`,
    reference: 'pandas.read_csv and predict on the whole file, writing nothing',
    ratio: ratio(seconds, 'plain', DEFAULT_CHUNK),
    sense: 'at least',
    goal: 0.9,
  },
  {
    what: `predictor, ${named(model)}`,
    reference: 'the same script, writing its scores by to_csv (gzip)',
    ratio: ratio(seconds, 'writing', DEFAULT_CHUNK),
    sense: 'at least',
    goal: 0.9,
  },
];

function ratios(measured: ReadonlyMap<string, Measured>, rows: number): Table {
  const microseconds = (seconds = Number.NaN) => ((seconds / rows) * 1e6).toFixed(2);
  return {
    title: 'CPU a row',
    columns: ['model', 'plain, µs', 'writing, µs', 'predictor, µs', 'of plain', 'of writing'],
    align: ['left', 'right', 'right', 'right', 'right', 'right'],
    rows: [...measured].map(([model, { seconds }]) => [
      named(model),
      microseconds(seconds.plain),
      microseconds(seconds.writing),
      microseconds(seconds[DEFAULT_CHUNK]),
      ratio(seconds, 'plain', DEFAULT_CHUNK).toFixed(2),
      ratio(seconds, 'writing', DEFAULT_CHUNK).toFixed(2),
    ]),
  };
}

function stageTable(measured: ReadonlyMap<string, Measured>): Table {
  return {
    title: `A chunk of ${thousands(DEFAULT_CHUNK)} rows by stage, ms`,
    columns: ['model', 'read', 'predict', 'ids and checks', 'statistics', 'result file'],
    align: ['left', 'right', 'right', 'right', 'right', 'right'],
    rows: [...measured].map(([model, { stages }]) => [
      named(model),
      ...STAGES.map((stage) => (stages[stage] * 1000).toFixed(1)),
    ]),
  };
}

function plot(measured: ReadonlyMap<string, Measured>): Plot {
  return {
    name: 'predictor-chunk-rows',
    title: 'Predictor beside the plain script, by rows a chunk',
    kind: 'lines',
    xTitle: 'rows a chunk',
    yTitle: 'of the plain script’s speed',
    series: [...measured].map(([model, { seconds }]) => ({
      name: named(model),
      points: chunkSizes(seconds).map((rows) => [rows, ratio(seconds, 'plain', rows)]),
    })),
    goal: 0.9,
  };
}

const chunkSizes = (seconds: Measured['seconds']): number[] =>
  Object.keys(seconds)
    .map(Number)
    .filter((rows) => rows > 0);

const ratio = (seconds: Measured['seconds'], reference: string, chunkRows: number): number =>
  (seconds[reference] ?? Number.NaN) / (seconds[chunkRows] ?? Number.NaN);

const named = (model: string): string => MODELS[model as keyof typeof MODELS];

const thousands = (count: number): string => count.toLocaleString('en');

const NOTES = `The goal against a script that writes nothing is missed with every model here: it leaves a ninth of the script's time, 3 ms a chunk for the logistic regression and 14 for the forest, for all
that the script does not do, and the result file alone takes 20. With a prediction of some 20 µs a row, as of a deep forest, it would be met. Beside a script that writes its scores as well the predictor
is half again to two and a half times as fast.

What the predictor does and the script does not: it finds every record and counts its fields (4 ms a chunk), checks ids (1–2), keeps statistics (3) and
makes the result file (20, of which 11 are gzip, 4 the numbers as text, 2 the lines). So the cheaper the model, the lower the ratio. A prediction
itself costs the same in both, but for a fixed part a call: 15 ms for a forest of 100 trees, 3 for the other pipelines.

Settings from this: \`chunkRows\` is 20,000. Per row, a logistic regression took 4.4, 3.7, **3.4**, 3.9 and 4.0 µs with 5,000, 10,000, 20,000, 50,000 and 100,000 rows a chunk, a
forest 10.8, 9.3, **8.8**, 8.5 and 8.6: more rows a chunk gain nothing that their longer writes and retries would be worth. \`chunkBytes\` (8 MiB) is never reached by such
rows. Memory: 210, 230, 264 and 320 MB at the most with 5,000, 20,000, 50,000 and 100,000 rows, of which 200 are libraries and model; 1,769 MiB are there for the whole processor.

What helped, in ms a chunk of 20,000 rows: asking a classifier once instead of for labels and probabilities (as much as the prediction: 82 to 117); the result file by columns instead of
\`csv.writer\` with gzip at level 4 (75 → 20); doubles as text by orjson instead of \`repr\` (7.2 → 0.4 for 20,000); a frame of the parser's arrays instead of a copy (3);
the header parsed once (2); ids and statistics (5).

gzip of a chunk's 1.7 MB: level 1, which is used, 10 ms and 673 kB; level 2 12 and 666; level 4 21 and 631; level 6 73 and 611; Huffman codes alone 8 and 775.

What did not help, or not enough: \`low_memory\`, bytes instead of text for pandas, one list of missing texts instead of one a column (all within 1 ms of 20); categories already while
parsing (2 ms longer); malloc that keeps its memory, and no garbage collection (nothing). ISA-L (the package isal) compresses in 3.5 ms to 632 kB: 7 of about 65 ms, for one
more library whose bytes may differ between processors. numpy makes texts of doubles in 9.9 ms, more than \`repr\`. A parser
of our own, numpy over a column at a time with eight digits in a word of 64 bits, takes 17 ms for the 20 numbers; pandas takes 15.`;
