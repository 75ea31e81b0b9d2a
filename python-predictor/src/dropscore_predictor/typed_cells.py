"""Cells of typed columns as features: what the same cells of a CSV source would give, but nothing is guessed.

| feature | truths, integers, floats | texts | datetime64 |
|---|---|---|---|
| float, integer | the nearest float64 | as a CSV cell with a decimal point | no number |
| boolean | 0 and 1 | as a CSV cell | no truth |
| string, category | written: True, 3, 3.5 | as they are, "NA" and "" too | written: 2024-01-31 00:00:00 |

Nulls, NaN and NaT are missing values.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .contracts.types import Dialect, Feature
from .csv_reader import MISSING, are_numbers, read_columns, text_type
from .features import NUMERIC, TRUTH_VALUES, Cells
from .table import Vector
from .typed_texts import is_null, nulls, objects, texts

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_POINT: Dialect = {"delimiter": ",", "decimal": "."}


def typed_cells(feature: Feature, vector: Vector) -> Cells:
    """A column as a feature's cells, in the types that `csv_cells` gives.

    Args:
        feature: What the column is to be.
        vector: Without texts that no file could hold.
    """
    if feature["type"] in NUMERIC:
        values, missing = _numbers(vector)
    elif feature["type"] == "boolean":
        values, missing = _truths(vector)
    else:
        return _text_cells(vector)
    return Cells(pd.Series(values), missing, lambda index: _written(vector, index))


def _text_cells(vector: Vector) -> Cells:
    written = [np.nan if text is None else text for text in texts(vector)]
    column = pd.Series(written, dtype=text_type())
    return Cells(column, column.isna().to_numpy(), lambda index: str(written[index]))


def _written(vector: Vector, index: int) -> str:
    (text,) = texts(Vector(vector.values[index : index + 1], None))
    return text or ""


def _numbers(vector: Vector) -> tuple[Floats, Mask]:
    """Numbers, NaN where there is none; and where nothing stands."""
    values = vector.values
    if values.dtype.kind == "O":
        return _object_numbers(objects(vector))
    missing = nulls(vector)
    numbers = np.full(len(values), np.nan) if values.dtype.kind == "M" else values.astype(np.float64)
    numbers[missing] = np.nan
    return numbers, missing


def _object_numbers(cells: list[Any]) -> tuple[Floats, Mask]:
    are_texts = np.array([isinstance(cell, str) for cell in cells], dtype=np.bool_)
    numbers, missing = np.empty(len(cells)), np.empty(len(cells), dtype=np.bool_)
    numbers[~are_texts] = [np.nan if cell is None else cell for cell in cells if not isinstance(cell, str)]
    missing[~are_texts] = np.isnan(numbers[~are_texts])
    if are_texts.any():
        written = np.array([cell for cell in cells if isinstance(cell, str)], dtype=object)
        numbers[are_texts], missing[are_texts] = _text_numbers(written)
    return numbers, missing


def _text_numbers(cells: NDArray[np.object_]) -> tuple[Floats, Mask]:
    """What the CSV parser makes of these texts. It gets the numbers alone, and in quotes: none holds one."""
    read = are_numbers(cells, _POINT["decimal"])
    records = "".join(f'"{cell}"\n' for cell in cells[read])
    numbers = np.full(len(cells), np.nan)
    numbers[read] = read_columns(records.encode(), 1, {0: "float64"}, _POINT, may_be_missing=(0,))[0]
    return numbers, read & np.isnan(numbers)


def _truths(vector: Vector) -> tuple[Floats, Mask]:
    """Truths as 1 and 0, NaN where there is none; and where nothing stands."""
    if vector.values.dtype.kind != "O":
        numbers, missing = _numbers(vector)
        return np.where((numbers == 0) | (numbers == 1), numbers == 1, np.nan), missing
    cells = objects(vector)
    truths = np.array([_truth(cell) for cell in cells], dtype=np.float64)
    return truths, np.array([is_null(cell) or cell in MISSING for cell in cells], dtype=np.bool_)


def _truth(cell: Any) -> float:
    if isinstance(cell, str):
        return TRUTH_VALUES.get(cell.lower(), np.nan)
    return float(cell == 1) if cell in (0, 1) else np.nan
