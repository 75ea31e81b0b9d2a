"""One column's values, from an array or from what pandas wraps around one.

Consumes a part of the tree; produces a `Vector`, or a refusal that names the column and the remedy.
"""

import math
from typing import Any

import numpy as np

from ..inert.values import Call, Name
from ..table import Vector
from .arrays import SCALAR, Array, fields, scalar
from .arrow import arrow_vector
from .bounds import Account
from .refusal import Refused, objects

_CELL_COST = 64
_INT64 = range(-(1 << 63), 1 << 63)
_SMALLEST_INTEGER, _LARGEST_INTEGER = -(1 << 63), (1 << 64) - 1
_NA = frozenset({"pandas:NA", "pandas._libs.missing:NA", "pandas._libs.missing:C_NA"})
_NAT = frozenset({"pandas._libs.tslibs.nattype:_nat_unpickle", "pandas:NaT"})
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
_MASKED = frozenset({"IntegerArray", "FloatingArray", "BooleanArray"})
_BACKED = frozenset({"DatetimeArray", "StringArray", "StringArrayNumpySemantics", "PandasArray", "NumpyExtensionArray"})
_ARROW = frozenset({"ArrowStringArray", "ArrowStringArrayNumpySemantics", "ArrowExtensionArray"})


def vector(value: Any, where: str, account: Account) -> Vector:
    """The values of one column.

    Args:
        value: An array of one dimension, or an array of pandas' own.
        where: What the refusal calls the column.
        account: What the file may still cost.

    Raises:
        Refused: They are of a type that no feature has.
    """
    value = unwrapped(value, where)
    if isinstance(value, np.ndarray):
        return _array_vector(value, where, account)
    name = pandas_class(value)
    if name in _MASKED:
        return _masked(value, where)
    if name in _ARROW:
        state = fields(value.state)
        return arrow_vector(state.get("_pa_array", state.get("_data")), where, account)
    if name == "Categorical":
        return _categorical(*_categorical_parts(value, where), where, account)
    raise Refused(f"{where} holds {objects(value)}; save it as numbers, truths, texts or datetime64.")


def unwrapped(value: Any, where: str) -> Any:
    """The array that an array of pandas is a thin layer around; anything else as it is."""
    if pandas_class(value) not in _BACKED:
        return value
    dtype, array = _backed(value, where)
    if pandas_class(dtype) == "DatetimeTZDtype":
        raise Refused(f"{where} has a time zone; save it without one: .dt.tz_convert(None).")
    return array


def pandas_class(value: Any) -> str | None:
    """The name of pandas' class that a part of the tree would be an instance of."""
    if type(value) is not Call:
        return None
    made = value.callee
    if made.text == "pandas._libs.arrays:__pyx_unpickle_NDArrayBacked" and value.args and type(value.args[0]) is Name:
        made = value.args[0]
    return made.name if made.module == "pandas" or made.module.startswith("pandas.") else None


def _backed(value: Call, where: str) -> tuple[Any, Array]:
    """The dtype and the array of what pandas 1.4 and later keep as a tuple, and earlier ones as a dict."""
    if type(value.state) is tuple:
        parts = value.state[:2]
        arrays = [part for part in parts if isinstance(part, np.ndarray)]
        dtypes = [part for part in parts if not isinstance(part, np.ndarray)]
    else:
        state = fields(value.state)
        found = next((state[key] for key in ("_ndarray", "_codes", "_data") if key in state), None)
        arrays, dtypes = [found] if isinstance(found, np.ndarray) else [], [state.get("_dtype")]
    if len(arrays) != 1 or len(dtypes) != 1:
        raise _odd(where)
    return dtypes[0], arrays[0]


def _array_vector(array: Array, where: str, account: Account) -> Vector:
    if array.ndim != 1:
        raise _odd(where)
    if array.dtype.kind in _REMEDIES:
        raise Refused(f"{where} holds {_REMEDIES[array.dtype.kind]}.")
    if array.dtype.kind == "U":
        account.take(array.size * (_CELL_COST + array.itemsize))
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
    if type(named) is Name and named.text in _NA | _NAT:
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


def _masked(value: Call, where: str) -> Vector:
    state = fields(value.state)
    data, mask = state.get("_data"), state.get("_mask")
    if not isinstance(data, np.ndarray) or not isinstance(mask, np.ndarray):
        raise _odd(where)
    if data.ndim != 1 or data.shape != mask.shape or mask.dtype != np.bool_ or data.dtype.kind not in "biuf":
        raise _odd(where)
    return Vector(data, mask if mask.any() else None)


def _categorical_parts(value: Call, where: str) -> tuple[Any, Array]:
    """The categories' data, and the row's codes."""
    dtype, codes = _backed(value, where)
    if pandas_class(dtype) != "CategoricalDtype":
        raise _odd(where)
    index = fields(dtype.state).get("categories")
    if type(index) is not Call or len(index.args) != 2:  # noqa: PLR2004
        raise _odd(where)
    return fields(index.args[1]), codes


def _categorical(index: dict[str, Any], codes: Array, where: str, account: Account) -> Vector:
    if codes.ndim != 1 or codes.dtype.kind != "i":
        raise _odd(where)
    if "data" in index:
        categories = vector(index["data"], where, account)
    else:
        categories = Vector(counted(index, where, account), None)
    if categories.nulls is not None:
        raise _odd(where)
    count = len(categories.values)
    if codes.size and not -1 <= int(codes.min()) <= int(codes.max()) < count:
        raise _odd(where)
    account.take(codes.size * (categories.values.itemsize + 1))
    nulls = codes < 0
    if not nulls.any():
        return Vector(categories.values[codes], None)
    values = np.zeros(codes.size, categories.values.dtype)
    values[~nulls] = categories.values[codes[~nulls]]
    if values.dtype.kind == "O":
        values[nulls] = None
    return Vector(values, nulls)


def counted(index: dict[str, Any], where: str, account: Account) -> Array:
    """The numbers of a `RangeIndex`."""
    numbers = counting(index, where)
    account.take(len(numbers) * 8)
    return np.arange(numbers.start, numbers.stop, numbers.step, dtype=np.int64)


def counting(index: dict[str, Any], where: str) -> range:
    """The range of a `RangeIndex`, with ends that 64 bits hold."""
    ends = [index.get(key) for key in ("start", "stop", "step")]
    start, stop, step = (end if type(end) is int and -(1 << 62) < end < 1 << 62 else None for end in ends)
    if start is None or stop is None or not step:
        raise _odd(where)
    return range(start, stop, step)


def _odd(where: str) -> Refused:
    return Refused(f"{where} is not as pandas writes it; save it again, as a DataFrame of numbers and texts.")
