"""The borders of a regression's histogram: fixed for a model's name, so that jobs compare."""

import math

import numpy as np
from numpy.typing import NDArray

_BINS = 20
_STEPS = (1, 2, 2.5, 5, 10)


def round_edges(values: NDArray[np.float64]) -> list[float]:
    """About twenty bins between round numbers, around all values and a bin beyond them on each side."""
    low, high = float(values.min()), float(values.max())
    step = _round_step((high - low) / _BINS) if high > low else _round_step(max(abs(low), 1.0) / _BINS)
    first = math.floor(low / step) - 1
    last = math.ceil(high / step) + 1
    return [round(step * index, 12) for index in range(first, last + 1)]


def _round_step(least: float) -> float:
    scale = 10.0 ** math.floor(math.log10(least))
    return next(scale * step for step in _STEPS if scale * step >= least * (1 - 1e-9))
