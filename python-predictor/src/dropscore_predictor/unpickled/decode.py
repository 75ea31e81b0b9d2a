"""A dropped joblib file, as columns. Nothing that it names is imported, constructed or called.

Consumes the file's bytes, forward; produces a `Table`, or a refusal in a sentence for whoever dropped it.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from ..inert.reader import Source
from ..inert.values import Pairs
from ..table import Column, Table, Vector
from .arrays import Array, fields
from .bounds import Account, Bounds
from .frames import frame_table, series_table
from .refusal import Refused, objects, quoted
from .sparse import dense, sparse_format
from .tree import tree_of
from .vectors import narrowed, pandas_class, vector

_ACCEPTED = "save an array, a DataFrame, a Series, a sparse matrix, a list of rows or a dict of columns"
_TABLE_DIMENSIONS = 2
_ARRAYS = frozenset({"Categorical", "IntegerArray", "FloatingArray", "BooleanArray", "StringArray", "DatetimeArray"})
"""Arrays of pandas that a dict may hold as they are."""


def decode(source: Path | Source, bounds: Bounds = Bounds(), wanted: Collection[str] | None = None) -> Table:  # noqa: B008
    """The columns that a file of `joblib.dump` holds.

    Args:
        source: The file, or what reads it from its start.
        bounds: What it may cost.
        wanted: The names of the columns to decode, where the file has names; None for all. The others may be of any
            type, and are told by their names alone.

    Raises:
        Refused: It is damaged, costs more, or holds what is no table of numbers, truths, texts and times.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return decode(file, bounds, wanted)
    account = Account(bounds)
    try:
        return _table(tree_of(source, account), account, wanted)
    except MemoryError:
        raise Refused("The file needs more memory than there is; split it.") from None
    except RecursionError:
        raise Refused("The file holds something that is within itself; save it again.") from None
    except UnicodeDecodeError:
        remedy = "column.str.encode('utf-8', 'replace').str.decode('utf-8')"
        raise Refused(
            f"The file holds a text with half a character (a lone surrogate); replace it: {remedy}."
        ) from None
    except (ValueError, OverflowError):
        raise Refused("The file holds a value that does not parse; save it again.") from None


def _table(tree: Any, account: Account, wanted: Collection[str] | None) -> Table:
    if isinstance(tree, np.ndarray):
        return _array_table(tree, account)
    if sparse_format(tree) is not None:
        return _array_table(dense(tree, account), account)
    if pandas_class(tree) == "DataFrame":
        return frame_table(tree, account, wanted)
    if pandas_class(tree) == "Series":
        return series_table(tree, account)
    if type(tree) is Pairs:
        if not all(type(key) is str for key in tree[::2]):
            raise Refused("The keys of the dict are not all texts; save a DataFrame, or name its columns with texts.")
        return _dict_table(fields(tree), account, wanted)
    if type(tree) is list:
        return _rows_table(tree, account)
    raise Refused(f"The file holds {objects(tree)}; {_ACCEPTED}.")


def _array_table(array: Array, account: Account) -> Table:
    """Of one or two dimensions: a column, or columns without names."""
    if array.ndim not in (1, _TABLE_DIMENSIONS):
        raise Refused(f"The array has {array.ndim} dimensions; save one of rows and columns.")
    by_row = array.reshape(-1, 1) if array.ndim == 1 else array
    account.columns(by_row.shape[1])
    columns = [
        Column(None, vector(by_row[:, place], f"Column {place + 1}", account)) for place in range(by_row.shape[1])
    ]
    return Table(len(array), tuple(columns))


def _dict_table(named: dict[str, Any], account: Account, wanted: Collection[str] | None) -> Table:
    """Columns by name."""
    entries = {name: value for name, value in named.items() if wanted is None or name in wanted}
    ignored = tuple(name for name in named if name not in entries)
    account.columns(len(named))
    if not named:
        raise Refused("The dict is empty; save a DataFrame with the columns of the features.")
    columns: list[Column] = []
    indexes: list[Column | None] = []
    for name, value in entries.items():
        if pandas_class(value) == "Series":
            series = series_table(value, account)
            columns.append(Column(name, series.columns[0].vector))
            indexes.append(series.index)
        else:
            columns.append(Column(name, _entry(value, f"Entry {quoted(name)}", account)))
    lengths = {len(column.vector.values) for column in columns}
    if len(lengths) > 1:
        raise Refused("The columns of the dict are not of one length; save a DataFrame.")
    return Table(lengths.pop() if lengths else 0, tuple(columns), _shared_index(indexes), ignored)


def _shared_index(indexes: list[Column | None]) -> Column | None:
    """Of the Series among the columns: pandas would put them together by it, whatever their order."""
    if not indexes:
        return None
    first = indexes[0]
    if any(not _same(first, other) for other in indexes[1:]):
        raise Refused(
            "The Series of the dict have different indexes; save a DataFrame, in which they are put together."
        )
    return first


def _same(one: Column | None, other: Column | None) -> bool:
    if one is None or other is None:
        return one is other
    nulls, other_nulls = ([] if of.vector.nulls is None else of.vector.nulls.tolist() for of in (one, other))
    values, other_values = one.vector.values, other.vector.values
    same_type = (one.name, values.dtype) == (other.name, other_values.dtype)
    return same_type and nulls == other_nulls and bool(values.tolist() == other_values.tolist())


def _entry(value: Any, where: str, account: Account) -> Vector:
    if type(value) is list:
        return narrowed(value, where, account)
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return vector(value, where, account)
    if pandas_class(value) in _ARRAYS:
        return vector(value, where, account)
    if isinstance(value, np.ndarray) or pandas_class(value) == "DataFrame" or sparse_format(value) is not None:
        raise Refused(f"{where} is a table of its own; save that alone, without the dict.")
    raise Refused(f"{where} holds {objects(value)}; a dict must hold one array or list for each column.")


def _rows_table(rows: list[Any], account: Account) -> Table:
    """A list of rows, each a list, a tuple, an array or a dict; or of the values of one column."""
    if not rows:
        raise Refused("The list has no rows, so that nothing tells its columns; save a DataFrame.")
    kinds = set(map(type, rows))
    if kinds == {Pairs}:
        return _named_rows_table(rows, account)
    if not kinds <= {list, tuple, np.ndarray}:
        return Table(len(rows), (Column(None, narrowed(rows, "The list", account)),))
    width = _width(rows[0])
    account.columns(width)
    account.take(len(rows) * width * 64)
    if any(_width(row) != width for row in rows):
        raise Refused("The rows of the list are not of one length; save a DataFrame.")
    cells = [row.tolist() if isinstance(row, np.ndarray) else row for row in rows]
    return _transposed(cells, [None] * width, account)


def _named_rows_table(rows: list[Pairs], account: Account) -> Table:
    """The same dict may stand in many rows: each is charged before a copy is made of it."""
    names = list(fields(rows[0]))
    account.columns(len(names))
    account.take(len(rows) * len(names) * 64)
    if any(row[::2] != rows[0][::2] for row in rows):
        raise Refused("The dicts of the list do not all have the same keys in the same order; save a DataFrame.")
    return _transposed([row[1::2] for row in rows], names, account)


def _transposed(rows: list[Any], names: list[Any], account: Account) -> Table:
    columns = [
        Column(name, narrowed([row[place] for row in rows], f"Column {place + 1}", account))
        for place, name in enumerate(names)
    ]
    return Table(len(rows), tuple(columns))


def _width(row: Any) -> int:
    if isinstance(row, np.ndarray) and (row.ndim != 1 or row.dtype.kind not in "biufOU"):
        raise Refused("A row of the list is no row of numbers and texts; save a DataFrame.")
    return len(row)
