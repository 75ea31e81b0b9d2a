"""A staged chunk: rows of a table as an npz object, with the types that they have, and without a pickle.

Columns of one type lie together, as the rows of one array: a frame of many thousand columns makes no archive of as many
members. The same rows give the same bytes, so that a second delivery writes what the first one wrote.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .packed_cells import Part, checked, pack_cells, unpack_cells
from .table import Column, Table, Vector

_TYPES = "biufM"
_DAMAGES = (
    *(zipfile.BadZipFile, zlib.error),
    *(EOFError, LookupError, OSError, OverflowError, RuntimeError, TypeError, ValueError),
)
"""What zipfile, numpy and the checks here raise for bytes that cannot be read."""


class NotStaged(Exception):
    """These bytes are no staged chunk, or one that is damaged."""


def write_rows(table: Table, start: int, stop: int) -> bytes:
    """The rows from `start` up to `stop`, which the table must have. Numbers and times become little-endian.

    Raises:
        TypeError: A column holds what is neither truths, numbers, times nor texts.
    """
    columns = staged_columns(table)
    vectors = [column.vector for column in columns]
    types = [vector.values.dtype.newbyteorder("<") for vector in vectors]
    blocks: dict[np.dtype[Any], list[Part]] = {dtype: [] for dtype in types}
    for vector, dtype in zip(vectors, types, strict=True):
        blocks[dtype].append(vector.values[start:stop])
    places = {dtype: place for place, dtype in enumerate(blocks)}
    nulls = [vector.nulls[start:stop] for vector in vectors if vector.nulls is not None]
    parts = {
        "shape": np.array([stop - start, len(table.columns)], "<i8"),
        "index": np.array([table.index is not None], "|b1"),
        "masked": np.array([vector.nulls is not None for vector in vectors], "|b1"),
        "nulls": _stacked(nulls, np.dtype("|b1"), stop - start),
        "blocks": np.array([places[dtype] for dtype in types], "<i4"),
        **_prefixed("names", pack_cells([column.name for column in columns])),
    }
    for dtype, place in places.items():
        parts |= _prefixed(f"block-{place}", _pack_block(blocks[dtype], dtype, stop - start))
    return _npz(parts)


def staged_columns(table: Table) -> tuple[Column, ...]:
    """The columns, and the index behind them."""
    return table.columns if table.index is None else (*table.columns, table.index)


def read_rows(data: bytes) -> Table:
    """The table that these rows make.

    Raises:
        NotStaged: `write_rows` did not write this.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as parts:
            return _table(dict(parts))
    except _DAMAGES as error:
        raise NotStaged(f"These bytes are no staged chunk ({type(error).__name__}).") from error


def _table(parts: Mapping[str, Part]) -> Table:
    rows, count = checked(parts["shape"], "<i8", 2).tolist()
    (has_index,) = checked(parts["index"], "|b1", 1).tolist()
    total = count + has_index
    masked = checked(parts["masked"], "|b1", total).tolist()
    nulls = iter(checked(parts["nulls"], "|b1", sum(masked), rows))
    places = checked(parts["blocks"], "<i4", total).tolist()
    blocks = {place: iter(_unpack_block(parts, place, places.count(place), rows)) for place in set(places)}
    names = unpack_cells(_of_prefix("names", parts), total).tolist()
    columns = tuple(
        Column(name, Vector(next(blocks[place]), next(nulls) if is_masked else None))
        for name, place, is_masked in zip(names, places, masked, strict=True)
    )
    return Table(rows, columns[:count], columns[count] if has_index else None)


def _pack_block(columns: Sequence[Part], dtype: np.dtype[Any], rows: int) -> dict[str, Part]:
    """Columns of one type, one behind the other."""
    if dtype.kind == "O":
        return pack_cells([cell for values in columns for cell in values.tolist()])
    if dtype.kind not in _TYPES:
        raise TypeError(f"{dtype.name} values cannot be staged")
    return {"values": _stacked(columns, dtype, rows)}


def _unpack_block(parts: Mapping[str, Part], place: int, count: int, rows: int) -> Part:
    """A row for each of the columns."""
    block = _of_prefix(f"block-{place}", parts)
    if "values" not in block:
        return unpack_cells(block, count * rows).reshape(count, rows)
    values = block["values"]
    if values.dtype.kind not in _TYPES:
        raise ValueError("values of a type that is not staged")
    return checked(values, values.dtype.str, count, rows)


def _stacked(columns: Sequence[Part], dtype: np.dtype[Any], rows: int) -> Part:
    stack = np.empty((len(columns), rows), dtype)
    for place, values in enumerate(columns):
        stack[place] = values
    return stack


def _prefixed(prefix: str, parts: Mapping[str, Part]) -> dict[str, Part]:
    return {f"{prefix}.{name}": part for name, part in parts.items()}


def _of_prefix(prefix: str, parts: Mapping[str, Part]) -> dict[str, Part]:
    return {name.removeprefix(f"{prefix}."): part for name, part in parts.items() if name.startswith(f"{prefix}.")}


def _npz(parts: Mapping[str, Part]) -> bytes:
    """As `numpy.savez` makes it, without the time of day."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w") as member:
                np.lib.format.write_array(member, part, allow_pickle=False)
    return file.getvalue()
