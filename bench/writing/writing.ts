import type { Bench } from '../bench.ts';
import { inTemporaryFolder } from '../child.ts';
import { makeModels, withOneThread } from '../predictor/one-thread.ts';

const SIZES = { quick: { rows: 5_000, runs: 2 }, full: { rows: 20_000, runs: 7 } };
const REFERENCE = 'boto3 resource batch_writer';
/** As the setting `writeThreads` has it by default. */
const THREADS = 4;

export const writing: Bench = {
  name: 'writing',
  run: (size) =>
    inTemporaryFolder(async (folder) => {
      const { rows, runs } = SIZES[size];
      await makeModels(folder, rows);
      const wanted = [folder, '--rows', String(rows), '--runs', String(runs)];
      const measured = await withOneThread<Record<string, number>>('bench/writing/measure.py', wanted);
      const { batch_writer: reference = Number.NaN, [`predictor ${THREADS}`]: own = Number.NaN } = measured;
      return {
        title: 'Writing scores',
        about: `The client’s CPU for a row of \`output: rows\`: ${rows.toLocaleString('en')} items of a binary classifier with an id, of about 550 bytes as JSON, written 25 a request to
a server that takes everything at once, in a process of its own. *batch_writer* gets its items as Python values and Decimals, made beforehand; the
predictor makes its own on the way. They take turns, and the least of ${runs} runs counts.`,
        goals: [
          {
            what: 'score writing, client CPU a row',
            reference: REFERENCE,
            ratio: reference / own,
            sense: 'at least',
            goal: 2.5,
          },
        ],
        tables: [
          {
            columns: ['writer', 'CPU a row, µs', 'times as fast'],
            align: ['left', 'right', 'right'],
            rows: Object.entries(measured).map(([name, microseconds]) => [
              TITLES[name] ?? `${name} threads`,
              microseconds.toFixed(1),
              (reference / microseconds).toFixed(1),
            ]),
          },
        ],
        notes: NOTES,
      };
    }),
};

const TITLES: Record<string, string> = {
  batch_writer: REFERENCE,
  items: 'of the predictor: making the items',
  'predictor 1': 'predictor, 1 thread',
};

const NOTES = `Of the predictor's time a row 8 to 14 µs are the items, 4 their JSON (orjson; 9 with the standard library) and the rest botocore, in a profile 0.6 ms a request: 0.25 of it HTTP, 0.15 the name of the user agent, which is a
constant since, and 0.1 the signature. Signing by hand would save a tenth at most, so botocore signs. More threads take a little more CPU a row: \`writeThreads\` (4) follows from the time that DynamoDB
takes, not from the processor, whose share of the table's units is 2,000 rows a second.`;
