"""Finds the rows that a model refuses, so that they do not take their neighbours down.

A batch that raises is halved until single rows stand accused, and each is convicted only by a call of its own. Only
what depends on the row alone counts: lack of memory, time or a disk fails the chunk, which is then tried again.

Twenty thousand rows with a NaN must not cost forty thousand calls. Where the model refuses a row and names a NaN or an
infinity, the row is tried with its non-finite cells set to zero, and then with one of them left at a time; of missing
texts, which a vectoriser calls NaN too, with the empty text for a zero. If the first
call passes and a later one is refused, that one cell is the cause, whatever the rest of the row holds: it is a check of
finiteness, which does not look at values. So every row with the same kind of cell in that column is refused without a
call. Where the proof fails (a NaN that arises inside the model, say), rows go on being tried one by one. So are rows
with great numbers: that one is too large for a model says nothing about a lesser one.
"""

import re
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .errors import DropscoreError, printable

Outputs = TypeVar("Outputs")
Rows = NDArray[np.int64]

TRANSIENT = (MemoryError, OSError, ImportError, BrokenExecutor, DropscoreError)
"""What says nothing about a row. Everything else that a model raises is taken as its answer."""

_NON_FINITE = re.compile(r"\bnan\b|infinit|too large", re.IGNORECASE)
_REFUSAL_LIMIT = 200


class Refusal(NamedTuple):
    """Why the model has no output for a row, in its own words, and the column where that is known."""

    message: str
    column: str | None


@dataclass
class Isolated(Generic[Outputs]):
    """What came of a batch: outputs for groups of rows, refusals for single ones."""

    groups: list[tuple[Rows, Outputs]] = field(default_factory=list)
    refusals: dict[int, Refusal] = field(default_factory=dict)


def isolate(features: pd.DataFrame, predict: Callable[[pd.DataFrame], Outputs]) -> Isolated[Outputs]:
    """Predicts as many rows at once as the model accepts.

    Args:
        features: The rows.
        predict: Raises where the model refuses some row of the batch.

    Raises:
        Exception: Any of `TRANSIENT`.
    """
    return _Isolation(features, predict).run()


class _Isolation(Generic[Outputs]):
    def __init__(self, features: pd.DataFrame, predict: Callable[[pd.DataFrame], Outputs]) -> None:
        self._features = features
        self._predict = predict
        self._result: Isolated[Outputs] = Isolated()
        self._settled: dict[tuple[int, int], Refusal] = {}

    @cached_property
    def _kinds(self) -> NDArray[np.uint8]:
        return _kinds_of_cells(self._features)

    def run(self) -> Isolated[Outputs]:
        waiting: list[Rows] = [np.arange(len(self._features))]
        while waiting:
            rows = self._unsettled(waiting.pop())
            if len(rows) == 0:
                continue
            answer = self._try(rows)
            if not isinstance(answer, Exception):
                self._result.groups.append((rows, answer))
            elif len(rows) == 1:
                self._convict(int(rows[0]), answer)
            else:
                waiting.extend(self._parts(rows))
        return self._result

    def _try(self, rows: Rows) -> Outputs | Exception:
        whole = len(rows) == len(self._features)
        return self._answer(self._features if whole else self._features.iloc[rows])

    def _answer(self, batch: pd.DataFrame) -> Outputs | Exception:
        try:
            return self._predict(batch)
        except TRANSIENT:
            raise
        except Exception as refusal:  # noqa: BLE001 - a model may raise whatever it likes
            return refusal

    def _parts(self, rows: Rows) -> list[Rows]:
        """Rows with a non-finite cell apart from the others, as they are the usual suspects; else halves."""
        suspect = self._kinds[rows].any(axis=1)
        if suspect.any() and not suspect.all():
            return [rows[suspect], rows[~suspect]]
        middle = len(rows) // 2
        return [rows[middle:], rows[:middle]]

    def _unsettled(self, rows: Rows) -> Rows:
        for (column, kind), refusal in self._settled.items():
            refused = self._kinds[rows, column] == kind
            for row in rows[refused].tolist():
                self._result.refusals[row] = refusal
            rows = rows[~refused]
        return rows

    def _convict(self, row: int, error: Exception) -> None:
        message = _message(error)
        column = self._culprit(row) if _NON_FINITE.search(message) else None
        name = None if column is None else str(self._features.columns[column])
        refusal = Refusal(message, name)
        self._result.refusals[row] = refusal
        if column is not None:
            self._settled[column, int(self._kinds[row, column])] = refusal

    def _culprit(self, row: int) -> int | None:
        """The first column whose non-finite cell alone makes the model refuse the row."""
        suspects = [int(c) for c in np.flatnonzero(self._kinds[row]) if _has_zero(self._features.dtypes.iloc[c])]
        if not suspects or isinstance(self._answer(self._with_zeros(row, suspects)), Exception):
            return None
        for column in suspects:
            answer = self._answer(self._with_zeros(row, [other for other in suspects if other != column]))
            if isinstance(answer, Exception) and _NON_FINITE.search(_message(answer)):
                return column
        return None

    def _with_zeros(self, row: int, columns: list[int]) -> pd.DataFrame:
        batch = self._features.iloc[[row]].copy()
        for column in columns:
            dtype = batch.dtypes.iloc[column]
            batch.isetitem(column, pd.array([0.0 if dtype.kind == "f" else ""], dtype=dtype))
        return batch


def _has_zero(dtype: Any) -> bool:
    """Whether a column is of floats or of texts; the categories of a categorical may lack the empty text."""
    return dtype.kind == "f" or (dtype.kind == "O" and not isinstance(dtype, pd.CategoricalDtype))


def _kinds_of_cells(features: pd.DataFrame) -> NDArray[np.uint8]:
    """0 for a text or a finite number, 1 for a missing value, 2 and 3 for the infinities."""
    kinds = np.zeros(features.shape, dtype=np.uint8)
    for position, (_, column) in enumerate(features.items()):
        kinds[column.isna().to_numpy(), position] = 1
        if column.dtype.kind == "f":
            values = column.to_numpy()
            kinds[values == np.inf, position] = 2
            kinds[values == -np.inf, position] = 3
    return kinds


def _message(error: Exception) -> str:
    """The first line: scikit-learn goes on with advice for whoever trains."""
    lines = str(error).strip().splitlines()
    return printable(lines[0] if lines else type(error).__name__, _REFUSAL_LIMIT)
