"""Indexes of pandas: a range, or an array under a class that says what is in it."""

from typing import Any

import numpy as np

from ..inert.values import Name
from .arrays import Array
from .bounds import Account
from .made import arguments, entries, pandas_class
from .refusal import Refused

RANGE = "RangeIndex"
_MAKERS = {"_new_Index": frozenset({"data", "name"}), "_new_DatetimeIndex": frozenset({"data", "name", "tz", "freq"})}
_RANGE_PARTS = frozenset({"name", "start", "stop", "step"})
_TYPES = {
    "Index": "",
    "CategoricalIndex": "",
    "Int64Index": "i8",
    "UInt64Index": "u8",
    "Float64Index": "f8",
    "DatetimeIndex": "M8",
}


def index_parts(index: Any, of: str) -> tuple[str, dict[str, Any]]:
    """The class of an index, and what it is made of.

    Args:
        index: A part of the tree.
        of: What the refusal calls it.

    Raises:
        Refused: It is none of numbers, texts or times, or not as pandas writes it.
    """
    odd = Refused(f"{of} is not as pandas 1.1 to 3.1 writes it; save it again with one of these.")
    maker = pandas_class(index)
    if maker not in _MAKERS:
        raise odd
    made, parts = arguments(index, 2, odd)
    if type(made) is not Name:
        raise odd
    if made.name == "MultiIndex":
        remedy = "frame.columns = ['_'.join(names) for names in frame]" if "column" in of else "frame.reset_index()"
        raise Refused(f"{of} has several levels; save the frame with one: {remedy}.")
    if made.name not in (*_TYPES, RANGE):
        raise Refused(f"{of} is none of numbers, texts or times; call reset_index() first.")
    known = _RANGE_PARTS if made.name == RANGE else _MAKERS[maker]
    found = entries(parts, known, odd)
    is_times = maker == "_new_DatetimeIndex"
    if is_times != (made.name == "DatetimeIndex") or (made.name != RANGE and "data" not in found):
        raise odd
    if found.get("tz") is not None:
        raise Refused(f"{of} has a time zone; save it without one: .tz_convert(None).")
    return made.name, found


def fits(made: str, data: Any, dtype: np.dtype[Any]) -> bool:
    """Whether an index of this class holds its data as they are. Another type it would convert."""
    is_categorical = pandas_class(data) == "Categorical"
    return dtype.str[1:].startswith(_TYPES[made]) and (is_categorical or made != "CategoricalIndex")


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
        raise Refused(f"{where} is not as pandas writes it; save it again, as a DataFrame of numbers and texts.")
    return range(start, stop, step)
