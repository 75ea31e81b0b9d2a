"""Numbers in bins that merge by adding, for quantiles with a relative error of at most 1 %.

DDSketch of Masson, Rim and Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees"
(VLDB 2019), with linear bins between powers of two as in its fast variant. A bin is some bits of the double itself: no
logarithm, in which two languages might differ at a border. `core/comparison/sketch.ts` is the twin, and merges;
`contracts/examples/sketches.json` has examples for both.
"""

import numpy as np
from numpy.typing import NDArray

from .contracts.types import Sketch, SketchBins

MOST_BINS = 2048
_BINS_A_DOUBLING = 64
_SHIFT = 46
"""Bits of a double below those that tell the bin."""
_BIAS = 1023
_LOWEST_BIN = (_BIAS - 431) * _BINS_A_DOUBLING
_HIGHEST_BIN = (_BIAS + 418) * _BINS_A_DOUBLING - 1
"""From 2^-431 to 2^418: what DynamoDB holds as numbers, in whole powers of two."""


def sketch(values: NDArray[np.float64]) -> Sketch:
    """The sketch of some numbers, whatever their order; none is NaN."""
    bins = np.abs(values).view(np.int64) >> _SHIFT
    is_zero = bins < _LOWEST_BIN
    bins = np.minimum(bins, _HIGHEST_BIN)
    result: Sketch = {"zeros": int(is_zero.sum())}
    if negative := _collapsed(bins[~is_zero & (values < 0)]):
        result["negative"] = negative
    if positive := _collapsed(bins[~is_zero & (values > 0)]):
        result["positive"] = positive
    return result


def _collapsed(bins: NDArray[np.int64]) -> SketchBins | None:
    """The bins nearest to zero become one, where there are too many: the tails are what is asked for."""
    if len(bins) == 0:
        return None
    numbers, counts = np.unique(bins, return_counts=True)
    kept = counts[-MOST_BINS:].copy()
    kept[0] += counts[:-MOST_BINS].sum()
    return {"bins": numbers[-MOST_BINS:].tolist(), "counts": kept.tolist()}
