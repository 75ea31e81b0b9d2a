"""The scores of a chunk, as aligned columns."""

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .classes import Label

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """Aligned columns, an entry a scored row. Every field is one: what selects or checks rows goes over all of them."""

    rows: NDArray[np.int64]
    """Index of the row in its chunk, ascending."""
    predictions: list[Label] | None = None
    """A number for a regression, the number of a cluster, else the readable label; embeddings and several outputs
    have none."""
    headline: Doubles | None = None
    """What rows are ranked by: the score where there is one, else the numeric prediction, else the first of several
    outputs that is a number; None where there is none of these."""
    score: Doubles | None = None
    """The headline again, where it stands beside a prediction that is a label."""
    probabilities: Doubles | None = None
    """A column a class."""
    tiers: list[str | None] | None = None
    """None where the model has no tiers; a row below the lowest has none either."""
    outputs: dict[str, list[Label]] | None = None
    """Of a model with several outputs, by their names and in their order."""
    vectors: NDArray[np.float32] | None = None
    """Of an embedding: a vector a row."""

    def __len__(self) -> int:
        return len(self.rows)

    def select(self, kept: NDArray[np.bool_]) -> "Scores":
        """The rows for which `kept` is true, of every column."""
        indexes = np.flatnonzero(kept)
        return Scores(**{field.name: _selected(getattr(self, field.name), indexes) for field in fields(self)})

    def finite(self) -> NDArray[np.bool_]:
        """The rows of which every number is finite. Numbers among the predictions stand in the headline too."""
        finite = np.ones(len(self), dtype=np.bool_)
        for field in fields(self):
            column = getattr(self, field.name)
            if isinstance(column, np.ndarray):
                finite &= np.isfinite(column) if column.ndim == 1 else np.isfinite(column).all(axis=1)
            elif isinstance(column, dict):
                for part in column.values():
                    finite &= np.fromiter(map(_is_finite, part), np.bool_, len(part))
        return finite


def _selected(column: Any, indexes: NDArray[np.intp]) -> Any:
    if isinstance(column, np.ndarray):
        return column[indexes]
    if isinstance(column, dict):
        return {name: _selected(part, indexes) for name, part in column.items()}
    return None if column is None else [column[index] for index in indexes.tolist()]


def _is_finite(value: Label) -> bool:
    return not isinstance(value, float) or math.isfinite(value)
