import type { Histograms } from '../../contracts/generated/types.ts';

/** Rows that an empty bin counts as, since nothing divides by none. */
const OF_AN_EMPTY_BIN = 0.5;

/**
 * Population stability index: Σ (a − b) ln(a / b) over the bins' shares of rows after (a) and before (b), as in Siddiqi,
 * "Credit Risk Scorecards" (2006). A bin that is empty on one side counts as half a row there, one that is empty on both is
 * left out.
 */
export function populationStability({ before, after }: Histograms): number {
  const [rowsBefore, rowsAfter] = [sum(before), sum(after)];
  if (rowsBefore === 0 || rowsAfter === 0) return 0;
  return before.reduce((index, inBin, i) => {
    const inBinAfter = after[i] ?? 0;
    if (inBin + inBinAfter === 0) return index;
    const a = Math.max(inBinAfter, OF_AN_EMPTY_BIN) / rowsAfter;
    const b = Math.max(inBin, OF_AN_EMPTY_BIN) / rowsBefore;
    return index + (a - b) * Math.log(a / b);
  }, 0);
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
