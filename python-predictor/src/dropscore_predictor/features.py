"""What a manifest's feature types mean, and which cells are none of theirs.

| type | read as | a missing one becomes |
|---|---|---|
| float | float64 | NaN |
| integer | whole float64 below 2^53; int64 where it is not nullable | NaN |
| boolean | true, false, 1, 0 in any case, as 1.0 and 0.0; bool where it is not nullable | NaN |
| string | text as written | NaN |
| category | text as written; a pandas categorical where the manifest lists the categories | NaN |

Missing are the texts that `pandas.read_csv` takes for it, "NA" and the empty one among them, in texts too: so a plain
script that reads the same file hands the model the same values. A type never follows from the data of a chunk.
That is for CSV; the cells of typed columns are told in `typed_cells`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .contracts.types import Feature
from .csv_reader import ColumnType
from .row_errors import RowErrorCode, RowErrors, in_column, quoted

WHOLE_NUMBERS_END = 2.0**53
"""Below it every whole number is a double of its own; 2^53 + 1 reads as 2^53."""

NUMERIC = ("float", "integer")

TRUTH_VALUES = {"true": 1.0, "1": 1.0, "false": 0.0, "0": 0.0}

Values = pd.Series  # of floats or texts, by the feature's type


@dataclass(frozen=True)
class Cells:
    """A feature's cells, one a row."""

    values: Values
    """Numbers and truths as float64, others as texts; NaN where nothing stands, or nothing of the feature's type."""
    missing: NDArray[np.bool_]
    """Where nothing stands."""
    written: Callable[[int], str]
    """How a message quotes a cell."""


class Faults(NamedTuple):
    """Cells that are present and not of the feature's type."""

    cells: NDArray[np.bool_]
    code: RowErrorCode
    sentence: str


def csv_type(feature: Feature) -> ColumnType:
    """How the parser reads the feature's column."""
    return "float64" if feature["type"] in NUMERIC else "str"


def csv_cells(feature: Feature, column: Values) -> Cells:
    """A column as the parser gives it."""
    values = _truth_values(column) if feature["type"] == "boolean" else column
    return Cells(values, column.isna().to_numpy(), lambda index: str(column.iloc[index]))


def typed_features(
    columns: Sequence[tuple[Feature, Cells]], rows: NDArray[np.int64], errors: RowErrors
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """The frame that the model gets, and its rows. Rows with a cell that does not fit are added to `errors`.

    Args:
        columns: The features in the order of the manifest.
        rows: The row of the chunk that each cell is of.
        errors: The errors of the chunk.
    """
    for feature, cells in columns:
        if feature["type"] in NUMERIC:
            _set_faults_aside(feature, cells, Faults(_unread(cells), "not_a_number", "is not a number"), rows, errors)
    for feature, cells in columns:
        if faults := _faults(feature, cells):
            _set_faults_aside(feature, cells, faults, rows, errors)
        if not feature.get("nullable", True):
            _set_missing_aside(feature, cells, rows, errors)
    fit = errors.without(rows)
    # Arrays and no Series, whose indexes pandas would compare: of one row that takes longest.
    frame = pd.DataFrame({feature["name"]: cells.values.array for feature, cells in columns}, copy=False)
    if not fit.all():
        frame, rows = frame[fit].reset_index(drop=True), rows[fit]
    for feature, _ in columns:
        if final := _final_type(feature):
            frame[feature["name"]] = frame[feature["name"]].astype(final)  # type: ignore[arg-type]
    return frame, rows


def _set_faults_aside(
    feature: Feature, cells: Cells, faults: Faults, rows: NDArray[np.int64], errors: RowErrors
) -> None:
    name = feature["name"]
    for index in np.flatnonzero(faults.cells).tolist():
        message = in_column(name, f"{quoted(cells.written(index))} {faults.sentence}")
        errors.add(int(rows[index]), faults.code, message, name)


def _set_missing_aside(feature: Feature, cells: Cells, rows: NDArray[np.int64], errors: RowErrors) -> None:
    name = feature["name"]
    for index in np.flatnonzero(cells.missing).tolist():
        message = in_column(name, "the cell is empty, and the model needs a value")
        errors.add(int(rows[index]), "missing_value", message, name)


def _faults(feature: Feature, cells: Cells) -> Faults | None:
    if feature["type"] == "integer":
        numbers = cells.values.to_numpy(dtype=np.float64)
        whole = (np.abs(numbers) < WHOLE_NUMBERS_END) & (np.floor(numbers) == numbers)
        return Faults(~whole & ~np.isnan(numbers), "not_an_integer", "is not a whole number below 2^53")
    if feature["type"] == "boolean":
        return Faults(_unread(cells), "not_a_boolean", "is not one of true, false, 1 and 0")
    if feature["type"] == "category" and "categories" in feature:
        known = cells.values.isin(feature["categories"]) | cells.values.isna()
        return Faults(~known.to_numpy(), "unknown_category", "is not a category that the model knows")
    return None


def _unread(cells: Cells) -> NDArray[np.bool_]:
    """Where something stands that is no number, or no truth value. The CSV parser lets only numbers pass."""
    unread: NDArray[np.bool_] = np.isnan(cells.values.to_numpy(dtype=np.float64)) & ~cells.missing
    return unread


def _truth_values(column: Values) -> Values:
    return column.str.lower().map(TRUTH_VALUES).astype("float64")


def _final_type(feature: Feature) -> str | pd.CategoricalDtype | None:
    if feature["type"] == "category":
        return pd.CategoricalDtype(feature["categories"]) if "categories" in feature else None
    if feature.get("nullable", True):
        return None
    return {"integer": "int64", "boolean": "bool"}.get(feature["type"])
