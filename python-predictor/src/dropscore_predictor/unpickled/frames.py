"""Frames and series of pandas: blocks of values, each with the positions of its columns."""

from typing import Any, NamedTuple

import numpy as np

from ..inert.values import Call, Name, Pairs
from ..table import Column, Table, Vector
from .arrays import fields
from .bounds import Account
from .refusal import Refused, quoted
from .vectors import counted, counting, pandas_class, unwrapped, vector

_INDEX_MAKERS = frozenset({"_new_Index", "_new_DatetimeIndex"})
_INDEXES = frozenset({"Index", "Int64Index", "UInt64Index", "Float64Index", "DatetimeIndex", "CategoricalIndex"})
_BLOCK_PARTS = 2


class _Managed(NamedTuple):
    """What a frame's manager holds."""

    axes: list[Any]
    blocks: list[tuple[Any, Any]]
    """Values and placement of each."""


def frame_table(frame: Call, account: Account) -> Table:
    """The columns and the index of a DataFrame.

    Raises:
        Refused: A column is of a type that no feature has, or the frame is not as pandas writes it.
    """
    managed = _managed(frame)
    if len(managed.axes) != 2:  # noqa: PLR2004
        raise _odd()
    count, names = _names(managed.axes[0], account)
    rows, index = _index(managed.axes[1], account)
    account.columns(count)
    vectors: list[Vector | None] = [None] * count
    for values, placement in managed.blocks:
        places = _places(placement, count)
        wheres = [f"Column {place + 1}{f' {quoted(names[place])}' if names else ''}" for place in places]
        for place, where, part in zip(places, wheres, _block_rows(values, wheres), strict=True):
            if vectors[place] is not None:
                raise _odd()
            vectors[place] = _of_length(vector(part, where, account), rows)
    columns = [
        Column(names[place] if names else None, found) for place, found in enumerate(vectors) if found is not None
    ]
    if len(columns) != count:
        raise _odd()
    return Table(rows, tuple(columns), index)


def series_table(series: Call, account: Account) -> Table:
    """A Series is a frame of one column."""
    managed = _managed(series)
    if len(managed.axes) != 1 or len(managed.blocks) != 1:
        raise _odd()
    state = fields(series.state)
    name = state.get("_name", state.get("name"))
    rows, index = _index(managed.axes[0], account)
    found = _of_length(vector(managed.blocks[0][0], "The series", account), rows)
    return Table(rows, (Column(name if type(name) is str else None, found),), index)


def _managed(frame: Call) -> _Managed:
    """What is in the manager: pandas 2 and later make it of blocks, others set a state that keeps its old form."""
    state = fields(frame.state)
    manager = state.get("_mgr", state.get("_data"))
    if type(manager) is not Call or pandas_class(manager) not in ("BlockManager", "SingleBlockManager"):
        raise _odd()
    if manager.args:
        if len(manager.args) != _BLOCK_PARTS:
            raise _odd()
        blocks, axes = manager.args
        found = [_made_block(block) for block in blocks] if type(blocks) is tuple else []
    else:
        kept = manager.state[-1] if type(manager.state) is tuple and manager.state else None
        inner = fields(fields(kept).get("0.14.1"))
        axes, blocks = inner.get("axes"), inner.get("blocks")
        found = [_kept_block(block) for block in blocks] if type(blocks) is list else []
    if type(axes) is not list:
        raise _odd()
    return _Managed(axes, found)


def _made_block(block: Any) -> tuple[Any, Any]:
    if pandas_class(block) != "_unpickle_block" or len(block.args) != 3:  # noqa: PLR2004
        raise _odd()
    return block.args[0], block.args[1]


def _kept_block(block: Any) -> tuple[Any, Any]:
    parts = fields(block)
    return parts.get("values"), parts.get("mgr_locs")


def _block_rows(values: Any, wheres: list[str]) -> list[Any]:
    """One part a column: blocks of numpy's types lie on their side, others have one column."""
    values = unwrapped(values, wheres[0] if wheres else "A block")
    parts = list(values) if isinstance(values, np.ndarray) and values.ndim == 2 else [values]  # noqa: PLR2004
    if len(parts) != len(wheres):
        raise _odd()
    return parts


def _places(placement: Any, count: int) -> list[int]:
    if type(placement) is Call and placement.callee.text == "builtins:slice" and len(placement.args) == 3:  # noqa: PLR2004
        start, stop, step = placement.args
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
    made, state = _index_parts(index, "columns")
    if made == "RangeIndex":
        return len(counting(state, "The row of column names")), None
    labels = vector(state.get("data"), "The row of column names", account)
    names = labels.values.tolist()
    if all(type(name) is str for name in names):
        return len(names), names
    if all(type(name) is int for name in names):
        return len(names), None
    raise Refused("The column names are not all texts; rename them: frame.columns = frame.columns.astype(str).")


def _index(index: Any, account: Account) -> tuple[int, Column | None]:
    """How many rows there are, and their index unless it is pandas' default."""
    made, state = _index_parts(index, "rows")
    name = state.get("name")
    name = name if type(name) is str else None
    if made == "RangeIndex":
        numbers = counting(state, "The index")
        if name is None and (numbers.start, numbers.step) == (0, 1):
            return len(numbers), None
        return len(numbers), Column(name, Vector(counted(state, "The index", account), None))
    found = vector(state.get("data"), "The index", account)
    return len(found.values), Column(name, found)


def _index_parts(index: Any, of: str) -> tuple[str, dict[str, Any]]:
    maker = pandas_class(index)
    if maker not in _INDEX_MAKERS or len(index.args) != 2 or type(index.args[0]) is not Name:  # noqa: PLR2004
        raise _odd()
    made, state = index.args[0].name, index.args[1]
    if made == "MultiIndex":
        remedy = "frame.reset_index()" if of == "rows" else "frame.columns = ['_'.join(names) for names in frame]"
        raise Refused(f"The index of the {of} has several levels; save the frame with one: {remedy}.")
    if (made not in _INDEXES and made != "RangeIndex") or type(state) is not Pairs:
        raise Refused(f"The index of the {of} is none of numbers, texts or times; call reset_index() first.")
    parts = fields(state)
    if parts.get("tz") is not None:
        raise Refused(f"The index of the {of} has a time zone; save it without one: .tz_convert(None).")
    return made, parts


def _of_length(found: Vector, rows: int) -> Vector:
    if len(found.values) != rows:
        raise _odd()
    return found


def _odd() -> Refused:
    return Refused("The frame is not as pandas 1.1 to 3.1 writes it; save it again with one of these.")
