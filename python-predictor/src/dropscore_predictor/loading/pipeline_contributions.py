"""Pipelines: what the last step tells of the columns that reach it, summed by the columns that they were made of."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .contributions import Contributions, Explain, column_names
from .origins import origins


def explainer(before: Any, last: Explain) -> Explain:
    """The explanation of a Pipeline.

    Args:
        before: The Pipeline without its last step.
        last: The explanation of the last.
    """

    def contributions(data: Any, names: Sequence[str] | None) -> Contributions:
        made = before.transform(data)
        taken = column_names(data, names) if len(data.shape) > 1 else ["text"]
        told = origins(before, taken)
        return by_origin(last(made, told if told is not None and len(told) == made.shape[1] else None))

    return contributions


def by_origin(found: Contributions) -> Contributions:
    """With one column for those of the same name; such a one has no value of its own."""
    columns = list(dict.fromkeys(found.columns))
    if len(columns) == len(found.columns):
        return found
    places = {name: place for place, name in enumerate(columns)}
    target = np.array([places[name] for name in found.columns])
    rows, sums, _ = found.terms.shape
    terms = np.zeros((len(columns), rows, sums))
    np.add.at(terms, target, np.moveaxis(found.terms, 2, 0))
    values = _values(found.values, target, len(columns))
    return Contributions(columns, values, np.moveaxis(terms, 0, 2), found.base, found.link)


def _values(given: NDArray[np.object_], target: NDArray[np.int64], width: int) -> NDArray[np.object_]:
    values = np.full((len(given), width), None, dtype=object)
    values[:, target] = given
    values[:, np.bincount(target, minlength=width) > 1] = None
    return values
