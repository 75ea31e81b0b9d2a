"""What a chunk's scores look like, in a form that merges with that of every other chunk of the job."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .classes import CLASSIFIES, class_text
from .contracts.types import Output, Statistics, TopItem
from .errors import within_bytes
from .numbers import is_storable
from .scores import Scores

TOP = 100
NAMES_LIMIT = 500
NAMES_BYTES = 100_000
"""Labels that are counted: the item of a chunk must stay small, whatever the number of classes."""

SHARE_EDGES = [round(step * 0.05, 2) for step in range(21)]
"""0 to 1: the histogram of probabilities, and of strengths, where the manifest names no edges."""

_SHARES = (*CLASSIFIES, "cluster")


def statistics(scores: Scores, output: Output, first_row: int) -> Statistics:
    """Statistics of a chunk's scored rows: of the headline value where there is one, and counts.

    Numbers that DynamoDB cannot hold as numbers are left out: the moments together, the top ones by row.
    """
    result: Statistics = {"count": len(scores)}
    if len(scores) == 0:
        return result
    if scores.headline is not None:
        if told := moments(scores.headline):
            result["mean"], result["m2"], result["min"], result["max"] = told
        if edges := edges_of(output):
            result["histogram"] = {"edges": edges, "counts": histogram(scores.headline, edges)}
        result["top"] = _top(scores.rows, scores.headline, first_row)
    if scores.predictions is not None and output["kind"] != "regression":
        result["labels"] = _counts(class_text(label) for label in scores.predictions)
    if scores.tiers is not None:
        result["tiers"] = _counts(tier for tier in scores.tiers if tier is not None)
    if scores.vectors is not None:
        result["vectors"] = {"count": len(scores), "dimension": scores.vectors.shape[1]}
    return result


def moments(values: NDArray[np.float64]) -> tuple[float, float, float, float] | None:
    """Mean, sum of squared distances from it, least and greatest; None where an item cannot hold them."""
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(values.mean())
        m2 = float(np.square(values - mean).sum())
    told = (mean, m2, float(values.min()), float(values.max()))
    return told if all(np.isfinite(moment) and is_storable(moment) for moment in told) else None


def edges_of(output: Output) -> list[float] | None:
    """The borders of the histogram, fixed per model name; None for numbers that none are named for."""
    return output.get("histogramEdges") or (SHARE_EDGES if output["kind"] in _SHARES else None)


def histogram(values: NDArray[np.float64], edges: list[float]) -> list[int]:
    """Counts below the first edge, between each two, and from the last."""
    bins = np.searchsorted(edges, values, side="right")
    counts: list[int] = np.bincount(bins, minlength=len(edges) + 1).tolist()
    return counts


def _counts(names: Iterable[str]) -> dict[str, int]:
    ranked = sorted(Counter(names).items(), key=lambda entry: (-entry[1], entry[0]))
    room = within_bytes([name for name, _ in ranked[:NAMES_LIMIT]], NAMES_BYTES)
    return dict(sorted(ranked[:room]))


def _top(rows: NDArray[np.int64], values: NDArray[np.float64], first_row: int) -> list[TopItem]:
    if len(values) > TOP:
        # Sorting all of them would take most of the time that statistics do.
        high = values >= np.partition(values, -TOP)[-TOP]
        rows, values = rows[high], values[high]
    highest = np.lexsort((rows, -values))[:TOP]
    pairs = zip(rows[highest].tolist(), values[highest].tolist(), strict=True)
    return [{"row": first_row + row, "value": value} for row, value in pairs if is_storable(value)]
