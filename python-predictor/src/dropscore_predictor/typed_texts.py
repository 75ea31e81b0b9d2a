"""Cells of typed columns as texts, without a guess at what they mean."""

import math
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from .row_errors import RowErrorCode, RowErrors, in_column
from .table import Vector

_FINER_THAN_MICROSECONDS = ("ns", "ps", "fs", "as")


def texts(vector: Vector) -> list[str | None]:
    """Each cell as a text, None where nothing stands.

    Texts are as they are, numbers and truths as Python or numpy writes them, times as `pandas.Timestamp` does.
    """
    values = vector.values
    if values.dtype.kind == "O":
        return [cell if type(cell) is str else None if is_null(cell) else str(cell) for cell in objects(vector)]
    written: list[str | None]
    if values.dtype.kind == "M":
        written = [*_time_texts(values)]
    elif values.dtype.kind == "f" and values.dtype != np.float64:
        # Python has only the one float: 0.1 of fewer bits would get the digits that it has as a double.
        written = values.astype(str).tolist()
    else:
        written = [*map(str, values.tolist())]
    for index in np.flatnonzero(nulls(vector)).tolist():
        written[index] = None
    return written


def readable(vector: Vector, name: str, errors: RowErrors) -> tuple[Vector, list[int]]:
    """A column without texts that no file could hold, and the rows that have a null instead. They get an error.

    Where pandas keeps texts with Arrow, one half of a surrogate pair would fail the rows beside it.
    """
    if vector.values.dtype.kind != "O":
        return vector, []
    cells = objects(vector)
    together = "".join(cell for cell in cells if isinstance(cell, str))
    if _fault(together) is None:
        return vector, []
    unreadable = []
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and (fault := _fault(cell)):
            code, sentence = fault
            errors.add(index, code, in_column(name, sentence), name)
            unreadable.append(index)
            cells[index] = None
    return Vector(np.array(cells, dtype=object), None), unreadable


def objects(vector: Vector) -> list[Any]:
    """The cells of a column of objects: texts, Python's numbers and truths, None."""
    cells: list[Any] = vector.values.tolist()
    for index in [] if vector.nulls is None else np.flatnonzero(vector.nulls).tolist():
        cells[index] = None
    return cells


def nulls(vector: Vector) -> NDArray[np.bool_]:
    """Where nothing stands in a column that is not of objects."""
    values = vector.values
    nothing = np.zeros(len(values), np.bool_) if vector.nulls is None else vector.nulls
    if values.dtype.kind == "f":
        return nothing | np.isnan(values)
    return nothing | np.isnat(values) if values.dtype.kind == "M" else nothing


def is_null(cell: object) -> TypeGuard[None]:
    """Whether an object is None, or NaN."""
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def _fault(text: str) -> tuple[RowErrorCode, str] | None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return "invalid_utf8", "the text is not UTF-8"
    return ("nul_character", "the text holds a NUL character, which would cut it short") if "\0" in text else None


def _time_texts(times: NDArray[np.datetime64]) -> list[str]:
    """As `str(pandas.Timestamp)` has them, in a sixth of the time, and also those that are too far away for it."""
    unit, _ = np.datetime_data(times.dtype)
    times = times.astype(times.dtype.newbyteorder("="))  # numpy writes others as if they were of the machine's order
    if unit in _FINER_THAN_MICROSECONDS:
        written = np.datetime_as_string(times, unit="ns").tolist()
        written = [text.removesuffix(".000000000").removesuffix("000") for text in written]
    elif unit in ("us", "ms"):
        written = [text.removesuffix(".000000") for text in np.datetime_as_string(times, unit="us").tolist()]
    else:
        written = np.datetime_as_string(times, unit="s").tolist()
    return [text.replace("T", " ") for text in written]
