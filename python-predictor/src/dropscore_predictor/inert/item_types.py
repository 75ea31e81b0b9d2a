"""How many bytes an item of an array takes, from the pickle of its dtype.

joblib writes an array's bytes between two opcodes. Whoever skips them must count as numpy does, or an attacker hides
opcodes among them. So a dtype is read only where all that it says agrees; everything else is refused.
"""

import re
from typing import Any, NamedTuple

from .reader import CannotJudge
from .values import Call, Name, Pairs

_TEXT = re.compile(r"([biufcmMOSUV])([0-9]{1,9})")
_SIZES = {
    "b": (1,),
    "i": (1, 2, 4, 8),
    "u": (1, 2, 4, 8),
    "f": (2, 4, 8, 16),
    "c": (8, 16, 32),
    "m": (8,),
    "M": (8,),
    "O": (8,),
}
_BYTES_PER_CHARACTER = 4
_FLAGS = {"O": (63,), "U": (8,), "V": (0, 8, 16, 24, 128, 136, 144, 152)}
"""numpy's, of the kinds that have any. A dtype of objects without them would read its bytes as addresses."""
_ALIGNMENTS = {"S": (1,), "U": (4,), "V": (1, 2, 4, 8, 16)}
_PARTS = frozenset({int, str, tuple, Pairs, type(None)})
"""Of a state. An array among them would be compared item by item."""
_MOST_FIELDS = 256
_DEEPEST = 4


class ItemType(NamedTuple):
    """A dtype, as far as it decides where an array ends."""

    kind: str
    """numpy's letter."""
    size: int
    """Bytes an item."""
    order: str
    """`<`, `>`, or `|` where there is none."""

    @property
    def has_objects(self) -> bool:
        """Whether the items are pickled, one by one."""
        return self.kind == "O"


def item_type(dtype: Any, depth: int = 0) -> ItemType:
    """What a pickled dtype says.

    Raises:
        CannotJudge: It says more than one thing, or is none that models have.
    """
    if type(dtype) is not Call or dtype.callee.text != "numpy:dtype" or len(dtype.args) != 3 or depth > _DEEPEST:  # noqa: PLR2004
        raise _odd()
    if dtype.item is None:
        dtype.item = _item_type(dtype, depth)
    known: ItemType = dtype.item
    return known


def text_of_dtype(text: Any) -> bool:
    """Whether it is the text of a dtype that models have."""
    return type(text) is str and _TEXT.fullmatch(text) is not None


def _item_type(dtype: Call, depth: int) -> ItemType:
    text, align, copied = dtype.args
    match = _TEXT.fullmatch(text) if type(text) is str else None
    if match is None or align is not False or copied is not True or not dtype.built:
        raise _odd()
    kind, number = match[1], int(match[2])
    if kind in _SIZES and number not in _SIZES[kind]:
        raise _odd()
    size = number * (_BYTES_PER_CHARACTER if kind == "U" else 1)
    return ItemType(kind, size, _checked_order(dtype.state, kind, size, depth))


def _checked_order(state: Any, kind: str, size: int, depth: int) -> str:
    """The byte order, once the rest of the state agrees with what the dtype's text says."""
    if type(state) is not tuple or not all(type(part) in _PARTS for part in state):
        raise _odd()
    version = state[0] if state else None
    if (version, len(state) if version else 0) != ((4, 9) if kind in "mM" else (3, 8)):
        raise _odd()
    _, order, part, names, fields, state_size, alignment, flags = state[:8]
    if order not in ("<", ">", "|", "=") or part is not None or alignment not in _ALIGNMENTS.get(kind, (-1,)):
        raise _odd()
    if state_size != (size if kind in "SUV" else -1):
        raise _odd()
    if type(flags) is not int or flags not in _FLAGS.get(kind, (0,)):
        raise _odd()
    if kind in "mM" and not _is_unit(state[8]):
        raise _odd()
    if names is not None or fields is not None:
        _check_fields(names, fields, kind, size, depth)
    return str(order)


def _is_unit(metadata: Any) -> bool:
    """Of a time: the unit and its multiples, as numpy writes them."""
    if type(metadata) is not tuple or len(metadata) != 2 or type(metadata[0]) not in (type(None), Pairs):  # noqa: PLR2004
        return False
    unit = metadata[1]
    return type(unit) is tuple and all(type(number) is int for number in unit[1:])


def _check_fields(names: Any, fields: Any, kind: str, size: int, depth: int) -> None:
    """Of a record: they lie within it, and none holds an object."""
    if kind != "V" or type(fields) is not Pairs or type(names) is not tuple or len(names) > _MOST_FIELDS:
        raise _odd()
    # Titles are keys too, of the same entries; models have none.
    if len(fields) != 2 * len(names) or not all(type(name) is str for name in names):
        raise _odd()
    if not all(type(key) is str for key in fields[::2]) or set(fields[::2]) != set(names):
        raise _odd()
    for entry in fields[1::2]:
        if type(entry) is not tuple or len(entry) != 2 or type(entry[1]) is not int:  # noqa: PLR2004
            raise _odd()
        field = item_type(entry[0], depth + 1)
        if field.has_objects or not 0 <= entry[1] <= size - field.size:
            raise _odd()


def is_plain_array(subclass: Any) -> bool:
    """Whether joblib gives the array as it reads it."""
    return type(subclass) is Name and subclass.text in (
        "numpy:ndarray",
        "numpy:matrix",
        "numpy:memmap",
        "numpy.core.memmap:memmap",
    )


def _odd() -> CannotJudge:
    return CannotJudge("it holds an array of a type that models do not have")
