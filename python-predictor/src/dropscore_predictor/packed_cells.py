"""Values of mixed types, one behind the other, as arrays of fixed types: they are kept exactly, and nothing is pickled.

Consumes None, truths, integers from -2^63 to 2^64 - 1, floats and texts, those with lone surrogates as well; produces a
few arrays, and from these the same values.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Part = NDArray[Any]

_NONE, _FALSE, _TRUE, _NEGATIVE, _NATURAL, _FLOAT, _TEXT = range(7)
_NUMBERS = {_NEGATIVE: ("negatives", "<i8"), _NATURAL: ("naturals", "<u8"), _FLOAT: ("floats", "<f8")}


def pack_cells(cells: Sequence[Any]) -> dict[str, Part]:
    """Arrays that hold all values; the same values give the same arrays.

    Raises:
        TypeError: A value is of another type.
        OverflowError: An integer has more than 64 bits, or a text 4 GiB.
    """
    kinds = np.fromiter(map(_kind, cells), np.uint8, len(cells))
    texts = [cell.encode("utf-8", "surrogatepass") for cell in cells if type(cell) is str]
    numbers = {
        name: np.array([cells[place] for place in np.flatnonzero(kinds == kind).tolist()], dtype)
        for kind, (name, dtype) in _NUMBERS.items()
    }
    return {
        "kinds": kinds,
        **numbers,
        "lengths": np.fromiter(map(len, texts), "<u4", len(texts)),
        "texts": np.frombuffer(b"".join(texts), np.uint8),
    }


def unpack_cells(parts: Mapping[str, Part], count: int) -> NDArray[Any]:
    """The same values, as an array of objects.

    Raises:
        KeyError: A part is missing.
        ValueError: The parts do not fit together.
    """
    kinds = checked(parts["kinds"], "|u1", count)
    if count and kinds.max() > _TEXT:
        raise ValueError("a kind of values that is not known")
    cells = np.full(count, None, object)
    cells[kinds == _FALSE] = False
    cells[kinds == _TRUE] = True
    for kind, (name, dtype) in _NUMBERS.items():
        is_kind = kinds == kind
        cells[is_kind] = checked(parts[name], dtype, int(is_kind.sum()))
    is_text = kinds == _TEXT
    lengths = checked(parts["lengths"], "<u4", int(is_text.sum()))
    cells[is_text] = _texts(checked(parts["texts"], "|u1", int(lengths.sum())).tobytes(), lengths.tolist())
    return cells


def cell_size(cell: Any) -> int:
    """Bytes that a value takes in these arrays: one, eight more for a number, and four and its UTF-8 for a text."""
    if type(cell) is str:
        return 5 + (len(cell) if cell.isascii() else len(cell.encode("utf-8", "surrogatepass")))
    return 9 if type(cell) in (int, float) else 1


def checked(part: Part, dtype: str, *shape: int) -> Part:
    """A part as it is.

    Raises:
        ValueError: It is of another type or shape.
    """
    if part.dtype != np.dtype(dtype) or part.shape != shape:
        raise ValueError("a part of another type or shape")
    return part


def _texts(data: bytes, lengths: list[int]) -> NDArray[Any]:
    texts = np.empty(len(lengths), object)
    ends = accumulate(lengths, initial=0)
    texts[:] = [data[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise(ends)]
    return texts


def _kind(cell: Any) -> int:
    made = type(cell)
    if made is str:
        return _TEXT
    if made is float:
        return _FLOAT
    if cell is None:
        return _NONE
    if made is bool:
        return _TRUE if cell else _FALSE
    if made is int:
        return _NEGATIVE if cell < 0 else _NATURAL
    raise TypeError(f"{made.__name__} values cannot be kept")
