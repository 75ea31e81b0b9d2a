"""What tests of the decoder share: a table in the words of the corpus, and files in memory."""

import io
from typing import Any

import joblib

from dropscore_predictor.unpickled import Bounds, Column, Table, decode


def described(table: Table) -> dict[str, Any]:
    """As `expected.json` of the corpus has it."""
    return {
        "rows": table.rows,
        "columns": [described_column(column) for column in table.columns],
        "index": None if table.index is None else described_column(table.index),
    }


def described_column(column: Column) -> dict[str, Any]:
    values, nulls = column.vector.values, column.vector.nulls
    cells = (values.view("i8") if values.dtype.kind == "M" else values).tolist()
    if nulls is not None:
        cells = [None if null else cell for cell, null in zip(cells, nulls.tolist(), strict=True)]
    return {"name": column.name, "type": "O" if values.dtype.kind == "O" else values.dtype.str[1:], "values": cells}


def dumped(value: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    joblib.dump(value, file, **options)
    return file.getvalue()


def decoded(data: bytes, **bounds: Any) -> Table:
    return decode(io.BytesIO(data), Bounds(**bounds))
