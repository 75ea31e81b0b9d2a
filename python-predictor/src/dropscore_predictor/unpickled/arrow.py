"""Arrow's arrays, as pyarrow pickles them: a length, and buffers. pyarrow itself is not needed."""

from itertools import pairwise
from typing import Any

import numpy as np

from ..inert.values import Call
from ..table import Nulls, Values, Vector
from .bounds import Account
from .extensions import ArrowParts, alias
from .made import arguments
from .refusal import Refused, objects

_NUMBERS = {
    **{f"{kind}{bits}": f"<{kind[0]}{bits // 8}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)},
    "halffloat": "<f2",
    "float": "<f4",
    "double": "<f8",
}
_OFFSETS = {"string": "<i4", "large_string": "<i8"}
_LONGEST = 1 << 40
_TEXT_COST = 104
_ROW_COST = 16
_UNKNOWN = -1


def arrow_vector(wrapped: ArrowParts, where: str, account: Account) -> Vector:
    """The values of an array, or of one in chunks.

    Args:
        wrapped: A part of the tree, and what type it must have.
        where: What the refusal calls the column.
        account: What the file may still cost.

    Raises:
        Refused: They are neither numbers, truths nor texts, or their buffers do not hold them.
    """
    value = wrapped.array
    if type(value) is Call and value.callee.text == "pyarrow.lib:chunked_array":
        chunks = arguments(value, 2, _odd(where))[0]
        if type(chunks) is not list or not chunks:
            raise _odd(where)
        vectors = [_array(chunk, wrapped, where, account) for chunk in chunks]
        return vectors[0] if len(vectors) == 1 else _joined(vectors, where, account)
    return _array(value, wrapped, where, account)


def _joined(vectors: list[Vector], where: str, account: Account) -> Vector:
    if len({one.values.dtype for one in vectors}) != 1:
        raise _odd(where)
    account.take(sum(one.values.nbytes + len(one.values) for one in vectors))
    values = np.concatenate([one.values for one in vectors])
    if all(one.nulls is None for one in vectors):
        return Vector(values, None)
    none = [one.nulls if one.nulls is not None else np.zeros(len(one.values), np.bool_) for one in vectors]
    return Vector(values, np.concatenate(none))


def _array(value: Any, wrapped: ArrowParts, where: str, account: Account) -> Vector:
    kind, length, count, offset, buffers = _parts(value, where)
    name = _type_name(kind, where)
    if name is None or name not in {*_NUMBERS, *_OFFSETS, "bool"}:
        raise Refused(f"{where} holds a type of Arrow that no feature has; save it as numbers or texts of numpy.")
    if not _is_of_type(name, wrapped):
        raise _odd(where)
    data = [_buffer(buffer, where) for buffer in buffers]
    if len(data) != (3 if name in _OFFSETS else 2):
        raise _odd(where)
    account.take(length * _ROW_COST)
    nulls = None if data[0] is None else ~_bits(data[0], offset, length, where)
    if count not in (_UNKNOWN, 0 if nulls is None else np.count_nonzero(nulls)):
        raise _odd(where)  # Arrow goes by the count here, and by the bits there.
    nulls = nulls if nulls is not None and nulls.any() else None
    if name == "bool":
        return Vector(_bits(data[1] or b"", offset, length, where), nulls)
    if name in _NUMBERS:
        return Vector(_items(data[1], _NUMBERS[name], offset, length, where), nulls)
    ends = _items(data[1], _OFFSETS[name], offset, length + 1, where) if length else np.zeros(1, np.int64)
    return Vector(_texts(ends, data[2] or b"", nulls, where, account), nulls)


def _is_of_type(name: str, wrapped: ArrowParts) -> bool:
    """Whether pandas says of it what Arrow says."""
    if wrapped.alias is None:
        return name in _OFFSETS
    known = wrapped.numpy_dtype
    return name == wrapped.alias and (name not in _NUMBERS or known is None or known.str[1:] == _NUMBERS[name][1:])


def _parts(value: Any, where: str) -> tuple[Any, int, int, int, list[Any]]:
    """The type, the length, how many are null, the offset and the buffers of an array without arrays inside."""
    if type(value) is not Call or value.callee.text != "pyarrow.lib:_restore_array":
        raise Refused(f"{where} holds {objects(value)}; save it as numbers or texts of numpy.")
    parts = arguments(value, 1, _odd(where))[0]
    if type(parts) is not tuple or len(parts) != 7:  # noqa: PLR2004
        raise _odd(where)
    kind, length, count, offset, buffers, children, dictionary = parts
    if not _is_length(length) or not _is_length(offset) or type(count) is not int or type(buffers) is not list:
        raise _odd(where)
    if type(children) is not list or children:
        raise _odd(where)
    return None if dictionary is not None else kind, length, count, offset, buffers


def _texts(ends: Values, data: bytes, nulls: Nulls | None, where: str, account: Account) -> Values:
    """Texts that lie one behind the other, cut at their ends."""
    if ends[0] < 0 or (np.diff(ends) < 0).any() or ends[-1] > len(data):
        raise _odd(where)
    account.take(len(ends) * _TEXT_COST + 4 * int(ends[-1] - ends[0]))
    texts = np.empty(len(ends) - 1, object)
    texts[:] = [data[start:end].decode() for start, end in pairwise(ends.tolist())]
    if nulls is not None:
        texts[nulls] = None
    return texts


def _items(data: bytes | None, dtype: str, offset: int, count: int, where: str) -> Values:
    size = np.dtype(dtype).itemsize
    if len(data or b"") < (offset + count) * size:
        raise _odd(where)
    return np.frombuffer(data or b"", dtype, count, offset * size)


def _bits(data: bytes, offset: int, count: int, where: str) -> Nulls:
    if len(data) * 8 < offset + count:
        raise _odd(where)
    bits = np.frombuffer(data, np.uint8)[offset // 8 : (offset + count + 7) // 8]
    start = offset % 8
    return np.unpackbits(bits, bitorder="little")[start : start + count].astype(np.bool_)


def _type_name(kind: Any, where: str) -> str | None:
    """Arrow's name of a type, or None for one that has parameters."""
    is_named = type(kind) is Call and kind.callee.text == "pyarrow.lib:type_for_alias"
    return alias(kind, _odd(where)) if is_named else None


def _buffer(value: Any, where: str) -> bytes | None:
    if value is None:
        return None
    is_buffer = type(value) is Call and value.callee.text == "pyarrow.lib:py_buffer"
    data = arguments(value, 1, _odd(where))[0] if is_buffer else None
    if type(data) is not bytes:
        raise _odd(where)
    return data


def _is_length(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LONGEST


def _odd(where: str) -> Refused:
    return Refused(f"{where} is not as pyarrow writes it; save it again, as numbers or texts of numpy.")
