"""The rows of one chunk that have no score, and why. A row has one error: the first that was found."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .contracts.types import ErrorCount, LocatedRowError, RowError
from .errors import bounded, printable, within_bytes

RowErrorCode = Literal[
    "too_few_fields",
    "too_many_fields",
    "not_a_number",
    "not_an_integer",
    "not_a_boolean",
    "unknown_category",
    "missing_value",
    "invalid_utf8",
    "nul_character",
    "missing_id",
    "id_too_long",
    "refused_by_model",
    "non_finite_output",
    "item_too_large",
    "forgotten",
]

MESSAGE_LIMIT = 400
VALUE_LIMIT = 40
NAME_LIMIT = 80
FIRST_ERRORS = 5
COUNTS_LIMIT = 300
COUNTS_BYTES = 100_000
OTHER_KINDS = "other"


class RowErrors:
    """Errors by index of the row in its chunk; with the row's line, where the source has lines."""

    def __init__(self, lines: NDArray[np.int64] | None = None) -> None:
        self._lines = lines
        self._errors: dict[int, RowError] = {}

    def __len__(self) -> int:
        return len(self._errors)

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._errors))

    def get(self, index: int) -> RowError | None:
        """The row's error; None where it has none."""
        return self._errors.get(index)

    def add(self, index: int, code: RowErrorCode, message: str, column: str | None = None) -> None:
        """Sets a row aside, unless an earlier check has done so."""
        if index not in self._errors:
            self.overrule(index, code, message, column)

    def overrule(self, index: int, code: RowErrorCode, message: str, column: str | None = None) -> None:
        """Sets a row aside, whatever an earlier check has found."""
        error: RowError = {"code": code, "message": bounded(message, MESSAGE_LIMIT)}
        if self._lines is not None:
            error["line"] = int(self._lines[index])
        if column is not None:
            error["column"] = column
        self._errors[index] = error

    def without(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of these rows have no error."""
        if not self._errors:
            return np.ones(len(rows), dtype=np.bool_)
        return ~np.isin(rows, list(self._errors))

    def counts(self) -> list[ErrorCount]:
        """Rows by code and column with the line of the first, most frequent first; those without room as one kind."""
        kinds: dict[tuple[str, str | None], ErrorCount] = {}
        for index in self:
            error = self._errors[index]
            column = error.get("column")
            if (kind := kinds.get((error["code"], column))) is None:
                kind = kinds[error["code"], column] = _kind(error)
            kind["rows"] += 1
        ranked = sorted(kinds.values(), key=lambda kind: (-kind["rows"], kind["code"], kind.get("column", "")))
        columns = [kind.get("column", "") for kind in ranked[:COUNTS_LIMIT]]
        room = within_bytes(columns, COUNTS_BYTES)
        rest = sum(kind["rows"] for kind in ranked[room:])
        return ranked[:room] + ([{"code": OTHER_KINDS, "rows": rest}] if rest else [])

    def first(self, first_row: int) -> list[LocatedRowError]:
        """The first errors in file order, for a person to see at once."""
        return [{"row": first_row + index, "error": self._errors[index]} for index in list(self)[:FIRST_ERRORS]]


def _kind(error: RowError) -> ErrorCount:
    kind: ErrorCount = {"code": error["code"], "rows": 0}
    if "column" in error:
        kind["column"] = error["column"]
    if "line" in error:
        kind["line"] = error["line"]
    return kind


def in_column(name: str, sentence: str) -> str:
    """A message about one column, whose name is bounded: a header may be as long as a record."""
    return f"column '{printable(name, NAME_LIMIT)}': {sentence}"


def quoted(value: str) -> str:
    """A cell's text in a message."""
    return f"'{printable(value, VALUE_LIMIT)}'"
