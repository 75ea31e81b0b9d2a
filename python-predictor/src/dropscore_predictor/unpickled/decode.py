"""A dropped joblib file, as columns. Nothing that it names is imported, constructed or called.

Consumes the file's bytes, forward; produces a `Table`, or a refusal in a sentence for whoever dropped it.
"""

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


def decode(source: Path | Source, bounds: Bounds = Bounds()) -> Table:  # noqa: B008
    """The columns that a file of `joblib.dump` holds.

    Args:
        source: The file, or what reads it from its start.
        bounds: What it may cost.

    Raises:
        Refused: It is damaged, costs more, or holds what is no table of numbers, truths, texts and times.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return decode(file, bounds)
    account = Account(bounds)
    try:
        return _table(tree_of(source, account), account)
    except MemoryError:
        raise Refused("The file needs more memory than there is; split it.") from None
    except (ValueError, OverflowError):
        raise Refused("The file holds a value that does not parse; save it again.") from None


def _table(tree: Any, account: Account) -> Table:
    if isinstance(tree, np.ndarray):
        return _array_table(tree, account)
    if sparse_format(tree) is not None:
        return _array_table(dense(tree, account), account)
    if pandas_class(tree) == "DataFrame":
        return frame_table(tree, account)
    if pandas_class(tree) == "Series":
        return series_table(tree, account)
    if type(tree) is Pairs:
        return _dict_table(fields(tree), account)
    if type(tree) is list and tree:
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


def _dict_table(entries: dict[str, Any], account: Account) -> Table:
    """Columns by name."""
    account.columns(len(entries))
    columns = [Column(name, _entry(value, f"Entry {quoted(name)}", account)) for name, value in entries.items()]
    lengths = {len(column.vector.values) for column in columns}
    if len(lengths) != 1:
        raise Refused("The columns of the dict are not of one length; save a DataFrame.")
    return Table(lengths.pop(), tuple(columns))


def _entry(value: Any, where: str, account: Account) -> Vector:
    if type(value) is list:
        return narrowed(value, where, account)
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return vector(value, where, account)
    if pandas_class(value) == "Series":
        return series_table(value, account).columns[0].vector
    if isinstance(value, np.ndarray) or pandas_class(value) == "DataFrame" or sparse_format(value) is not None:
        raise Refused(f"{where} is a table of its own; save that alone, without the dict.")
    raise Refused(f"{where} holds {objects(value)}; a dict must hold one array or list for each column.")


def _rows_table(rows: list[Any], account: Account) -> Table:
    """A list of rows, each a list, a tuple, an array or a dict; or of the values of one column."""
    kinds = set(map(type, rows))
    if kinds == {Pairs}:
        return _named_rows_table([fields(row) for row in rows], account)
    if not kinds <= {list, tuple, np.ndarray}:
        return Table(len(rows), (Column(None, narrowed(rows, "The list", account)),))
    width = _width(rows[0])
    account.columns(width)
    account.take(len(rows) * width * 64)
    if any(_width(row) != width for row in rows):
        raise Refused("The rows of the list are not of one length; save a DataFrame.")
    cells = [row.tolist() if isinstance(row, np.ndarray) else row for row in rows]
    return _transposed(cells, [None] * width, account)


def _named_rows_table(rows: list[dict[str, Any]], account: Account) -> Table:
    names = list(rows[0])
    account.columns(len(names))
    if any(list(row) != names for row in rows):
        raise Refused("The dicts of the list do not all have the same keys in the same order; save a DataFrame.")
    account.take(len(rows) * len(names) * 64)
    return _transposed([list(row.values()) for row in rows], names, account)


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
