"""Frames and series of pandas: blocks of values, each with the positions of its columns."""

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np

from ..inert.values import Call
from ..table import Column, Table, Vector
from .bounds import Account
from .extensions import unwrapped
from .indexes import RANGE, counted, counting, fits, index_parts
from .made import arguments, entries, only_one, pandas_class, state
from .refusal import Refused, quoted
from .vectors import vector

_STATE = frozenset({"_mgr", "_data", "_typ", "_metadata", "attrs", "_flags"})
_NAMES = ("_name", "name")
_FLAT = frozenset({"DatetimeArray"})
"""Of pandas' own arrays, those that have several columns in a block."""


class _Managed(NamedTuple):
    """What a frame's manager holds."""

    axes: list[Any]
    blocks: list[tuple[Any, Any]]
    """Values and placement of each."""


def frame_table(frame: Call, account: Account, wanted: Collection[str] | None = None) -> Table:
    """The columns and the index of a DataFrame; of those that nobody wants, the names.

    Raises:
        Refused: A column is of a type that no feature has, or the frame is not as pandas writes it.
    """
    managed = _managed(frame, "dataframe")
    if len(managed.axes) != 2:  # noqa: PLR2004
        raise _odd()
    count, names = _names(managed.axes[0], account)
    rows, index = _index(managed.axes[1], account)
    account.columns(count)
    is_wanted = [names is None or wanted is None or name in wanted for name in names or range(count)]
    vectors: list[Vector | None] = [None] * count
    placed = [False] * count
    for values, placement in managed.blocks:
        places = _places(placement, count)
        if any(placed[place] for place in places) or len(set(places)) != len(places):
            raise _odd()
        for place in places:
            placed[place] = True
        if not any(is_wanted[place] for place in places):
            continue
        wheres = [f"Column {place + 1}{f' {quoted(names[place])}' if names else ''}" for place in places]
        for place, where, part in zip(places, wheres, _block_rows(values, wheres), strict=True):
            if is_wanted[place]:
                vectors[place] = _of_length(vector(part, where, account), rows)
    if not all(placed):
        raise _odd()
    columns = [
        Column(names[place] if names else None, found) for place, found in enumerate(vectors) if found is not None
    ]
    ignored = tuple(name for name, asked in zip(names or (), is_wanted, strict=False) if not asked)
    return Table(rows, tuple(columns), index, ignored)


def series_table(series: Call, account: Account) -> Table:
    """A Series is a frame of one column."""
    managed = _managed(series, "series")
    if len(managed.axes) != 1 or len(managed.blocks) != 1:
        raise _odd()
    parts = entries(series.state, {*_STATE, *_NAMES}, _odd())
    name = only_one(parts, _NAMES, _odd())
    rows, index = _index(managed.axes[0], account)
    found = _of_length(vector(managed.blocks[0][0], "The series", account), rows)
    return Table(rows, (Column(name if type(name) is str else None, found),), index)


def _managed(frame: Call, kind: str) -> _Managed:
    """What is in the manager: pandas 2 and later make it of blocks, others set a state that keeps its old form."""
    is_series = kind == "series"
    parts = entries(state(frame, _odd()), {*_STATE, *(_NAMES if is_series else ())}, _odd())
    manager = only_one(parts, ("_mgr", "_data"), _odd())
    if type(parts.get("_typ")) is not str or parts["_typ"] != kind:
        raise _odd()
    if pandas_class(manager) != ("SingleBlockManager" if is_series else "BlockManager"):
        raise _odd()
    axes, blocks = _kept(manager) if is_series or not manager.args else _made(manager)
    if type(axes) is not list:
        raise _odd()
    return _Managed(axes, blocks)


def _made(manager: Call) -> tuple[Any, list[tuple[Any, Any]]]:
    blocks, axes = arguments(manager, 2, _odd())
    if type(blocks) is not tuple:
        raise _odd()
    return axes, [_made_block(block) for block in blocks]


def _kept(manager: Call) -> tuple[Any, list[tuple[Any, Any]]]:
    kept = state(manager, _odd())
    if type(kept) is not tuple or len(kept) != 4:  # noqa: PLR2004
        raise _odd()
    inner = entries(entries(kept[3], {"0.14.1"}, _odd()).get("0.14.1"), {"axes", "blocks"}, _odd())
    if type(inner.get("blocks")) is not list:
        raise _odd()
    return inner.get("axes"), [_kept_block(block) for block in inner["blocks"]]


def _made_block(block: Any) -> tuple[Any, Any]:
    if pandas_class(block) != "_unpickle_block":
        raise _odd()
    values, placement, dimensions = arguments(block, 3, _odd())
    if type(dimensions) is not int or dimensions != 2:  # noqa: PLR2004
        raise _odd()
    return values, placement


def _kept_block(block: Any) -> tuple[Any, Any]:
    parts = entries(block, {"values", "mgr_locs"}, _odd())
    return parts.get("values"), parts.get("mgr_locs")


def _block_rows(values: Any, wheres: list[str]) -> list[Any]:
    """One part a column: blocks of numpy's types lie on their side, others have one column."""
    is_flat = isinstance(values, np.ndarray) or pandas_class(values) in _FLAT
    values = unwrapped(values, wheres[0] if wheres else "A block")
    if is_flat and (values.ndim != 2 or len(values) != len(wheres)):  # noqa: PLR2004
        raise _odd()
    parts = list(values) if is_flat else [values]
    if len(parts) != len(wheres):
        raise _odd()
    return parts


def _places(placement: Any, count: int) -> list[int]:
    if type(placement) is Call and placement.callee.text == "builtins:slice":
        start, stop, step = arguments(placement, 3, _odd())
        numbers = counting({"start": start, "stop": stop, "step": 1 if step is None else step}, "The frame")
        if len(numbers) > count:
            raise _odd()
        places = list(numbers)
    elif isinstance(placement, np.ndarray) and placement.ndim == 1 and placement.dtype.kind in "iu":
        if placement.size > count:
            raise _odd()
        places = placement.tolist()
    else:
        raise _odd()
    if not all(0 <= place < count for place in places):
        raise _odd()
    return places


def _names(index: Any, account: Account) -> tuple[int, list[str] | None]:
    """How many columns there are, and their names if these are texts."""
    made, parts = index_parts(index, "The row of column names")
    if made == RANGE:
        return len(counting(parts, "The row of column names")), None
    labels = vector(parts["data"], "The row of column names", account)
    account.columns(len(labels.values))
    if not fits(made, parts["data"], labels.values.dtype):
        raise _odd()
    names = labels.values.tolist()
    if all(type(name) is str for name in names):
        return len(names), names
    if all(type(name) is int for name in names):
        return len(names), None
    raise Refused("The column names are not all texts; rename them: frame.columns = frame.columns.astype(str).")


def _index(index: Any, account: Account) -> tuple[int, Column | None]:
    """How many rows there are, and their index unless it is pandas' default."""
    made, parts = index_parts(index, "The index")
    name = parts.get("name")
    name = name if type(name) is str else None
    if made == RANGE:
        numbers = counting(parts, "The index")
        if name is None and (numbers.start, numbers.step) == (0, 1):
            return len(numbers), None
        return len(numbers), Column(name, Vector(counted(parts, "The index", account), None))
    found = vector(parts["data"], "The index", account)
    if not fits(made, parts["data"], found.values.dtype):
        raise _odd()
    return len(found.values), Column(name, found)


def _of_length(found: Vector, rows: int) -> Vector:
    if len(found.values) != rows:
        raise _odd()
    return found


def _odd() -> Refused:
    return Refused("The frame is not as pandas 1.1 to 3.1 writes it; save it again with one of these.")
