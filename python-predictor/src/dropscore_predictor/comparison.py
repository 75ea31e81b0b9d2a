"""What changed in a chunk between an earlier job's scores and these, in a form that merges over the job.

`core/comparison/` merges, and compares whole jobs likewise. Of vectors the rows alone are compared.
"""

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .classes import class_text
from .contracts.types import Change, ChangeMatrix, Comparison, Difference, Moved
from .earlier_jobs import EarlierJobs
from .earlier_rows import EarlierRows, earlier_rows
from .errors import within_bytes
from .numbers import is_storable
from .patience import Patience
from .scored_chunk import ScoredChunk
from .scores import Scores
from .sketch import sketch
from .statistics import edges_of, histogram, moments

MOVED = 10
CELLS = 500
CELLS_BYTES = 40_000
"""Of the names of a matrix: the item of a chunk must stay small, whatever the number of labels."""

_WHOLE = re.compile(r"(-?\d+)\.0")


def compare(chunk: ScoredChunk, jobs: EarlierJobs, patience: Patience) -> Comparison:
    """Compares a chunk of a job that renews another with the scores of that for the same rows.

    Args:
        chunk: Its message names the earlier job.
        jobs: Where earlier jobs are read.
        patience: How long throttling may be waited for.
    """
    return comparison(chunk, earlier_rows(chunk.message, headline_column(chunk.scores), jobs, patience))


def comparison(chunk: ScoredChunk, earlier: EarlierRows) -> Comparison:
    """Compares a scored chunk with the earlier scores of its rows."""
    scores, output = chunk.scores, chunk.model.manifest["output"]
    is_after = np.zeros(len(chunk), np.bool_)
    is_after[scores.rows] = True
    in_common = earlier.scored[scores.rows]
    common = scores.rows[in_common]
    result: Comparison = {
        "jobId": chunk.message["renews"]["jobId"],
        "rowsInCommon": len(common),
        "rowsOnlyBefore": int((earlier.scored & ~is_after).sum()),
        "rowsOnlyAfter": int((is_after & ~earlier.scored & ~earlier.missing).sum()),
    }
    if earlier.unavailable:
        result["unavailable"] = [{"code": code, "rows": rows} for code, rows in sorted(earlier.unavailable.items())]
    if scores.headline is not None:
        after, before = scores.headline[in_common], earlier.headline[common]
        _add_numbers(result, chunk.first_row + common, before, after, edges_of(output))
    if scores.tiers is not None:
        result["tiers"] = _changes(earlier.tiers, scores.tiers, scores.rows, in_common)
    if scores.predictions is not None and output["kind"] != "regression":
        labels = [_label(class_text(label)) for label in scores.predictions]
        earlier_labels = [None if text is None else _label(text) for text in earlier.predictions]
        result["labels"] = _changes(earlier_labels, labels, scores.rows, in_common)
    return result


def headline_column(scores: Scores) -> str | None:
    """The column of result files that is the headline value; None where there is none."""
    if scores.headline is None:
        return None
    if scores.outputs is None:
        return "prediction" if scores.score is None else "score"
    name = next(name for name, column in scores.outputs.items() if _are_numbers(column))
    return f"output_{name}"


def _are_numbers(column: Iterable[object]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in column)


def _add_numbers(
    result: Comparison,
    rows: NDArray[np.int64],
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    edges: list[float] | None,
) -> None:
    known = np.isfinite(before)
    rows, before, after = rows[known], before[known], after[known]
    if len(rows) == 0:
        return
    with np.errstate(over="ignore"):
        difference = np.nan_to_num(after - before)  # an overflow is the largest double
    result["difference"] = _difference(difference)
    if edges:
        result["histograms"] = {
            "edges": edges,
            "before": histogram(before, edges),
            "after": histogram(after, edges),
        }
    if moved := _moved(rows, before, after):
        result["moved"] = moved


def _difference(values: NDArray[np.float64]) -> Difference:
    result: Difference = {"count": len(values), "sketch": sketch(values)}
    if told := moments(values):
        result["mean"], result["m2"], result["min"], result["max"] = told
    return result


def _moved(rows: NDArray[np.int64], before: NDArray[np.float64], after: NDArray[np.float64]) -> list[Moved]:
    storable = np.array([is_storable(b) and is_storable(a) for b, a in zip(before, after, strict=True)])
    rows, before, after = rows[storable], before[storable], after[storable]
    furthest = np.lexsort((rows, -np.abs(after - before)))[:MOVED].tolist()
    return [{"row": int(rows[i]), "before": float(before[i]), "after": float(after[i])} for i in furthest]


def _changes(
    before: list[str | None], after: list[str | None] | list[str], rows: NDArray[np.int64], in_common: NDArray[np.bool_]
) -> ChangeMatrix:
    pairs = zip(rows.tolist(), after, in_common.tolist(), strict=True)
    counts = Counter((before[row], name) for row, name, is_common in pairs if is_common)
    changed = sum(count for (one, other), count in counts.items() if one != other)
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0][0] or "", entry[0][1] or ""))
    names = [(one or "") + (other or "") for (one, other), _ in ranked[:CELLS]]
    kept = ranked[: within_bytes(names, CELLS_BYTES)]
    return {"changed": changed, "cells": [_cell(one, other, count) for (one, other), count in kept]}


def _cell(before: str | None, after: str | None, rows: int) -> Change:
    cell: Change = {"rows": rows}
    if before is not None:
        cell["before"] = before
    if after is not None:
        cell["after"] = after
    return cell


def _label(text: str) -> str:
    """Whole numbers without a fraction, whichever way the scores were kept."""
    return match[1] if (match := _WHOLE.fullmatch(text)) else text
