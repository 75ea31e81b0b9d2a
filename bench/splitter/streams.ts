import type { Goal, Table } from '../bench.ts';
import { runNode } from '../child.ts';
import { interleaved, least, median } from '../interleaved.ts';
import type { Use } from '../measured.ts';
import { textOf } from './data.ts';
import { serveText } from './object-server.ts';

const WAYS = ['newlines', 'dropscore'] as const;
type Way = (typeof WAYS)[number];
type Runs = Record<Way, Use[]>;

const OF_NEWLINES = 0.6;
const MOST_MEGABYTES_MORE = 10;

/** A short stream and a long one: speed of the long one, and how much more memory it takes. */
export async function compareOnStreams(
  script: string,
  { bytes: [short, long], rounds }: { bytes: readonly [number, number]; rounds: number },
): Promise<{ goals: Goal[]; table: Table }> {
  const ofShort = await read(script, short, rounds);
  const ofLong = await read(script, long, rounds);
  const told = ([short, long] as const).map((bytes) => `${bytes / 1e9} GB`);
  return {
    goals: [
      {
        what: `splitter, one stream of ${told[1]}`,
        reference: 'newline count (indexOf)',
        ratio: cpuOf(ofLong.newlines) / cpuOf(ofLong.dropscore),
        sense: 'at least',
        goal: OF_NEWLINES,
      },
      {
        what: `splitter, peak memory at ${told[1]}: MB more`,
        reference: `than at ${told[0]}`,
        ratio: peakOf(ofLong.dropscore) - peakOf(ofShort.dropscore),
        sense: 'at most',
        goal: MOST_MEGABYTES_MORE,
      },
    ],
    table: {
      columns: ['stream', 'reader', 'MB/s', 'MB per CPU second', 'of newlines', 'peak RSS, MB'],
      align: ['left', 'left', 'right', 'right', 'right', 'right'],
      rows: [...rowsOf(short, ofShort), ...rowsOf(long, ofLong)],
    },
  };
}

async function read(script: string, bytes: number, rounds: number): Promise<Runs> {
  const text = textOf('quote-free');
  const blocks = Math.ceil(bytes / text.block.length);
  const server = await serveText(text, blocks);
  try {
    return await interleaved(WAYS, rounds, async (way) => {
      const args = [way, server.endpoint, String(server.bytes)];
      const run = await runNode<Use & { result: number }>(script, args);
      const rows = blocks * text.blockRows;
      if (run.result !== rows) throw new Error(`${way} found ${run.result} of ${rows} records.`);
      return run;
    });
  } finally {
    server.close();
  }
}

const cpuOf = (runs: readonly Use[]) => least(runs, ({ cpuSeconds }) => cpuSeconds).cpuSeconds;
const peakOf = (runs: readonly Use[]) => median(runs.map(({ peakMegabytes }) => peakMegabytes));

const rowsOf = (bytes: number, runs: Runs) =>
  WAYS.map((way) => [
    `${bytes / 1e9} GB`,
    way,
    (bytes / 1e6 / least(runs[way], ({ seconds }) => seconds).seconds).toFixed(0),
    (bytes / 1e6 / cpuOf(runs[way])).toFixed(0),
    (cpuOf(runs.newlines) / cpuOf(runs[way])).toFixed(2),
    peakOf(runs[way]).toFixed(0),
  ]);
