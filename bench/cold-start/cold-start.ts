import type { Bench, Report, Size } from '../bench.ts';
import { runPython } from '../child.ts';

/** Milliseconds of CPU of a fresh process, the least of several. */
interface Start {
  format: string;
  imports: number;
  byHand: number;
  predictor: number;
}

const OF_BY_HAND = 1.15;
const RUNS = { quick: 2, full: 8 };

/** What a predictor's first chunk costs in a fresh process, beside the same work done by hand. */
export const coldStart: Bench = { name: 'cold-start', run };

async function run(size: Size): Promise<Report> {
  const { versions, starts } = await runPython<{ versions: string; starts: Start[] }>(
    'bench/cold-start/cold_start.py',
    ['--runs', String(RUNS[size])],
  );
  return {
    title: 'Cold start',
    about: `${ABOUT} ${versions}.`,
    goals: starts.map(({ format, byHand, predictor }) => ({
      what: `cold start, ${format}`,
      reference: 'the same work by hand',
      ratio: predictor / byHand,
      sense: 'at most',
      goal: OF_BY_HAND,
    })),
    tables: [
      {
        columns: ['format', 'imports, ms', 'by hand, ms', 'predictor, ms', 'of by hand'],
        align: ['left', 'right', 'right', 'right', 'right'],
        rows: starts.map(({ format, imports, byHand, predictor }) => [
          format,
          ...[imports, byHand, predictor].map((ms) => ms.toFixed(0)),
          (predictor / byHand).toFixed(2),
        ]),
      },
    ],
    notes: NOTES,
  };
}

const ABOUT = `\
What a predictor's first chunk costs in a fresh process, beside the same work done by hand.

- *imports*: boto3 with the predictor's three clients, pandas, and the library of the format.
- *by hand*: these, then the library's own load, \`pandas.read_csv\` of 1,000 rows of 20 columns, and \`predict\`.
- *predictor*: the handler's imports and dependencies, the registry's first load (manifest, hashes, trust, golden rows), and the same rows down to their scores.
  The bucket is a folder: no network is measured.

Milliseconds of CPU, the least of several processes each, with byte code; a forest of 50 trees (joblib, skops, ONNX), 100 boosted trees.`;

const NOTES = `\
It can be less than by hand, since the garbage collector is held back while modules are imported: that is 45 ms with ONNX Runtime and about 130 with scikit-learn.
Compiling the schemas of the contracts is most of what is left above the imports (about 40 ms).`;
