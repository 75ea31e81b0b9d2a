import type { Bench, Report, Size } from '../bench.ts';
import { ownStack } from '../own-stack.ts';
import { warmUp } from '../scored.ts';
import { breastCancer } from '../sources.ts';
import { type Measured, type Output, report } from './report.ts';
import { type Extent, measureRound, type Round } from './round.ts';

const EXTENTS: Record<Size, Extent> = {
  quick: { ceilingRows: 25_000, ceilingRuns: 1, scriptRows: 10_000, withIndex: [true] },
  full: { ceilingRows: 30_000, ceilingRuns: 2, scriptRows: 50_000, withIndex: [true, false] },
};

/** A drop's whole way to its items, beside what the local store takes at most and beside a script. */
export const endToEnd: Bench = { name: 'end-to-end', run };

async function run(size: Size): Promise<Report> {
  const extent = EXTENTS[size];
  const measured =
    size === 'quick'
      ? await measure('rows', extent, [[100_000, 1]])
      : [
          ...(await measure('rows', extent, [
            [100_000, 3],
            [1_000_000, 2],
          ])),
          ...(await measure('both', extent, [[100_000, 1]])),
        ];
  return report(measured, extent);
}

/** @param wanted pairs of rows and rounds. */
async function measure(output: Output, extent: Extent, wanted: [number, number][]): Promise<Measured[]> {
  const own = await ownStack({ stackName: 'EndToEnd', output });
  try {
    await warmUp(own, breastCancer);
    const measured: Measured[] = [];
    for (const [rows, count] of wanted) {
      const rounds: Round[] = [];
      for (let round = 0; round < count; round++) rounds.push(await measureRound(own, rows, extent));
      measured.push({ rows, output, rounds });
    }
    return measured;
  } finally {
    await own.close();
  }
}
