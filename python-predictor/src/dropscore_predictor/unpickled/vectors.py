"""One column's values, from an array or from what pandas wraps around one.

Consumes a part of the tree; produces a `Vector`, or a refusal that names the column and the remedy.
"""

import math
from typing import Any

import numpy as np

from ..inert.values import Call, Name
from ..table import Vector
from .arrays import SCALAR, Array, scalar
from .arrow import arrow_vector
from .bounds import Account
from .extensions import ARROW, MASKED, arrow, categorical, masked, odd, unwrapped
from .indexes import RANGE, counted, fits, index_parts
from .made import pandas_class
from .refusal import Refused, objects

__all__ = ["narrowed", "objects_array", "pandas_class", "vector"]

_CELL_COST = 64
_TEXT_COST = 96
_CODE_COST = 12
"""The code, as numpy takes it for a place, and the truths on the way."""
_INT64 = range(-(1 << 63), 1 << 63)
_SMALLEST_INTEGER, _LARGEST_INTEGER = -(1 << 63), (1 << 64) - 1
_NA = frozenset({"pandas:NA", "pandas._libs.missing:NA", "pandas._libs.missing:C_NA", "pandas:NaT"})
_NAT = "pandas._libs.tslibs.nattype:_nat_unpickle"
_REMEDIES = {
    "c": "complex numbers; save the real and the imaginary parts as columns of their own",
    "m": "time differences; save them as numbers, of seconds for example",
    "S": "bytes; save them as texts",
    "V": "records, or floats of more than 64 bits; save them as columns of numbers or texts",
}
_TIMES = frozenset(
    {
        "datetime:datetime",
        "datetime:date",
        "pandas._libs.tslibs.timestamps:_unpickle_timestamp",
        "pandas._libs.tslibs.timestamps:Timestamp",
        "pandas:Timestamp",
    }
)


def vector(value: Any, where: str, account: Account) -> Vector:
    """The values of one column.

    Args:
        value: An array of one dimension, or an array of pandas' own.
        where: What the refusal calls the column.
        account: What the file may still cost.

    Raises:
        Refused: They are of a type that no feature has.
    """
    if pandas_class(value) == "Categorical":
        return _categorical(*categorical(value, where), where, account)
    return _plain(value, where, account)


def _plain(value: Any, where: str, account: Account) -> Vector:
    """As `vector`, of anything but categories: these hold what is plain, and so have an end."""
    value = unwrapped(value, where)
    if isinstance(value, np.ndarray):
        return _array_vector(value, where, account)
    name = pandas_class(value)
    if name in MASKED:
        data, mask = masked(value, where)
        return Vector(data, mask if mask.any() else None)
    if name in ARROW:
        return arrow_vector(arrow(value, where), where, account)
    raise Refused(f"{where} holds {objects(value)}; save it as numbers, truths, texts or datetime64.")


def _array_vector(array: Array, where: str, account: Account) -> Vector:
    if array.ndim != 1:
        raise odd(where)
    if array.dtype.kind in _REMEDIES:
        raise Refused(f"{where} holds {_REMEDIES[array.dtype.kind]}.")
    if array.dtype.kind == "U":
        account.take(array.size * (_TEXT_COST + array.itemsize))
        return Vector(array.astype(object), None)
    return Vector(array, None) if array.dtype.kind != "O" else _cells(array, where, account)


def _cells(array: Array, where: str, account: Account) -> Vector:
    """Objects, one by one. What several columns share is copied before it is changed."""
    account.take(array.size * _CELL_COST)
    cells = array.tolist()
    kinds = set(map(type, cells))
    if kinds <= {str, bool}:
        return Vector(array, None)
    values = [cell if type(cell) is str else _cell(cell, where) for cell in cells]
    nulls = np.fromiter((value is None for value in values), np.bool_, len(values))
    return Vector(objects_array(values), nulls if nulls.any() else None)


def objects_array(values: list[Any]) -> Array:
    """An array of objects, whatever they are."""
    array = np.empty(len(values), object)
    array[:] = values
    return array


def _cell(cell: Any, where: str) -> Any:
    """A Python value, or None for what pandas takes for null."""
    named = cell.callee if type(cell) is Call else cell
    if type(cell) is Call and named.text in SCALAR:
        cell = scalar(cell) if len(cell.args) == 2 else None  # noqa: PLR2004
        if cell is None:
            raise Refused(f"{where} holds scalars of numpy that are no numbers; save it as texts or numbers.")
    if cell is None or type(cell) is bool:
        return cell
    if type(cell) is float:
        return None if math.isnan(cell) else cell
    if type(cell) is int and _SMALLEST_INTEGER <= cell <= _LARGEST_INTEGER:
        return cell
    if type(cell) is int:
        raise Refused(f"{where} holds integers of more than 64 bits; save it as float64.")
    if type(cell) is Name and cell.text in _NA:
        return None
    if type(cell) is Call and named.text == _NAT and not cell.built:
        return None
    if type(named) is Name and named.text in _TIMES:
        raise Refused(f"{where} holds datetime objects; save it as datetime64.")
    raise Refused(f"{where} holds {objects(cell)}; save it as numbers, truths, texts or datetime64.")


def narrowed(cells: list[Any], where: str, account: Account) -> Vector:
    """Cells of rows, in the type that they share: truths, integers or floats; else as objects."""
    found = _cells(objects_array(cells), where, account)
    kinds = set(map(type, found.values.tolist()))
    if kinds == {bool}:
        return Vector(found.values.astype(np.bool_), None)
    if kinds == {int} and all(value in _INT64 for value in found.values.tolist()):
        return Vector(found.values.astype(np.int64), None)
    if kinds and kinds <= {int, float}:
        return Vector(found.values.astype(np.float64), None)
    return found


def _categorical(index: Any, codes: Array, where: str, account: Account) -> Vector:
    if codes.ndim != 1 or codes.dtype.kind != "i":
        raise odd(where)
    made, parts = index_parts(index, f"The categories of {where[:1].lower()}{where[1:]}")
    if made == RANGE:
        categories = Vector(counted(parts, where, account), None)
    else:
        categories = _plain(parts["data"], where, account)
        if not fits(made, parts["data"], categories.values.dtype):
            raise odd(where)
    if categories.nulls is not None:
        raise odd(where)
    count = len(categories.values)
    if codes.size and not -1 <= int(codes.min()) <= int(codes.max()) < count:
        raise odd(where)
    account.take(codes.size * (2 * categories.values.itemsize + _CODE_COST))
    nulls = codes < 0
    if not nulls.any():
        return Vector(categories.values[codes], None)
    values = np.zeros(codes.size, categories.values.dtype)
    values[~nulls] = categories.values[codes[~nulls]]
    if values.dtype.kind == "O":
        values[nulls] = None
    return Vector(values, nulls)
