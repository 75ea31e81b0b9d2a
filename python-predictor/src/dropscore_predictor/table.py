"""Columns of typed values: what a joblib file is decoded to, what a staged chunk holds, what an array in place is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]
Nulls = NDArray[np.bool_]


@dataclass(frozen=True)
class Vector:
    """One value a row."""

    values: Values
    """Truths, integers, floats or times; or objects: texts, Python numbers and truths, None where it is null."""
    nulls: Nulls | None
    """Where nothing stands; None if nowhere. What `values` has there means nothing. NaN and NaT are of `values`."""


@dataclass(frozen=True)
class Column:
    """A feature, or an id."""

    name: str | None
    """None where the file has none, or a number: the column is known by its position."""
    vector: Vector


@dataclass(frozen=True)
class Table:
    """Columns of the same length."""

    rows: int
    columns: tuple[Column, ...]
    index: Column | None = None
    """Of a frame or series, unless it just counts the rows from 0 and has no name."""
    ignored: tuple[str, ...] = ()
    """Names of columns that were not asked for, and not decoded."""
