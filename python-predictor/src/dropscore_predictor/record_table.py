"""Records as JSON has them, as a table: what a joblib source with the same cells is decoded to."""

from collections.abc import Mapping, Sequence

import numpy as np

from .contracts.types import ModelManifest
from .table import Column, Table, Vector

Cell = float | str | bool | None
Record = Mapping[str, Cell]

MOST_UNKNOWN = 50

_INTEGERS = range(-(2**63), 2**64)
"""Those that a file's typed column may hold."""


def record_table(records: Sequence[Record], manifest: ModelManifest) -> Table:
    """A column for each feature, of nulls where no record has it; and for each other known field that some record has.

    Args:
        records: By column name.
        manifest: Tells the columns.
    """
    features = [feature["name"] for feature in manifest["features"]]
    others = [name for name in _others(manifest) if any(name in record for record in records)]
    return Table(len(records), tuple(_column(name, records) for name in dict.fromkeys(features + others)))


def unknown_fields(records: Sequence[Record], manifest: ModelManifest) -> list[str]:
    """Fields that the model does not read, as they first occur."""
    known = {feature["name"] for feature in manifest["features"]} | set(_others(manifest))
    unknown = dict.fromkeys(name for record in records for name in record if name not in known)
    return list(unknown)[:MOST_UNKNOWN]


def _others(manifest: ModelManifest) -> list[str]:
    return manifest.get("passthrough", []) + ([manifest["idColumn"]] if "idColumn" in manifest else [])


def _column(name: str, records: Sequence[Record]) -> Column:
    cells = np.empty(len(records), dtype=object)
    cells[:] = [_cell(record.get(name)) for record in records]
    return Column(name, Vector(cells, None))


def _cell(cell: Cell) -> Cell:
    """JSON's integers have no end: one beyond 64 bits is read as its digits in a file are."""
    return str(cell) if isinstance(cell, int) and cell not in _INTEGERS else cell
