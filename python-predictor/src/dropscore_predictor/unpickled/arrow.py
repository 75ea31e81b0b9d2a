"""Arrow's arrays, as pyarrow pickles them: a length, and buffers. pyarrow itself is not needed."""

from itertools import pairwise
from typing import Any

import numpy as np

from ..inert.values import Call
from ..table import Nulls, Values, Vector
from .arrays import raw_bytes
from .bounds import Account
from .refusal import Refused, objects

_NUMBERS = {
    **{f"{kind}{bits}": f"<{kind[0]}{bits // 8}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)},
    "halffloat": "<f2",
    "float": "<f4",
    "double": "<f8",
}
_OFFSETS = {"string": "<i4", "large_string": "<i8"}
_LONGEST = 1 << 40
_TEXT_COST = 72


def arrow_vector(value: Any, where: str, account: Account) -> Vector:
    """The values of an array, or of one in chunks.

    Raises:
        Refused: They are neither numbers, truths nor texts, or their buffers do not hold them.
    """
    if type(value) is Call and value.callee.text == "pyarrow.lib:chunked_array":
        chunks = value.args[0] if value.args else None
        if type(chunks) is not list or not chunks:
            raise _odd(where)
        vectors = [_array(chunk, where, account) for chunk in chunks]
        return vectors[0] if len(vectors) == 1 else _joined(vectors, where, account)
    return _array(value, where, account)


def _joined(vectors: list[Vector], where: str, account: Account) -> Vector:
    if len({one.values.dtype for one in vectors}) != 1:
        raise _odd(where)
    account.take(sum(one.values.nbytes + len(one.values) for one in vectors))
    values = np.concatenate([one.values for one in vectors])
    if all(one.nulls is None for one in vectors):
        return Vector(values, None)
    none = [one.nulls if one.nulls is not None else np.zeros(len(one.values), np.bool_) for one in vectors]
    return Vector(values, np.concatenate(none))


def _array(value: Any, where: str, account: Account) -> Vector:
    if type(value) is not Call or value.callee.text != "pyarrow.lib:_restore_array" or len(value.args) != 1:
        raise Refused(f"{where} holds {objects(value)}; save it as numbers or texts of numpy.")
    parts = value.args[0]
    if type(parts) is not tuple or len(parts) != 7:  # noqa: PLR2004
        raise _odd(where)
    kind, length, _, offset, buffers, children, dictionary = parts
    if not _is_length(length) or not _is_length(offset) or type(buffers) is not list:
        raise _odd(where)
    if type(children) is not list or children:
        raise _odd(where)
    alias = _alias(kind)
    if alias not in {*_NUMBERS, *_OFFSETS, "bool"} or dictionary is not None:
        raise Refused(f"{where} holds a type of Arrow that no feature has; save it as numbers or texts of numpy.")
    data = [_buffer(buffer, where) for buffer in buffers]
    if len(data) != (3 if alias in _OFFSETS else 2):
        raise _odd(where)
    account.take(length * 16)
    nulls = None if data[0] is None else ~_bits(data[0], offset, length, where)
    nulls = nulls if nulls is not None and nulls.any() else None
    if alias == "bool":
        return Vector(_bits(data[1] or b"", offset, length, where), nulls)
    if alias in _NUMBERS:
        return Vector(_items(data[1], _NUMBERS[alias], offset, length, where), nulls)
    ends = _items(data[1], _OFFSETS[alias], offset, length + 1, where) if length else np.zeros(1, np.int64)
    return Vector(_texts(ends, data[2] or b"", nulls, where, account), nulls)


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


def _alias(kind: Any) -> str | None:
    if type(kind) is Call and kind.callee.text == "pyarrow.lib:type_for_alias" and len(kind.args) == 1:
        return kind.args[0] if type(kind.args[0]) is str else None
    return None


def _buffer(value: Any, where: str) -> bytes | None:
    if value is None:
        return None
    is_buffer = type(value) is Call and value.callee.text == "pyarrow.lib:py_buffer" and len(value.args) == 1
    data = raw_bytes(value.args[0]) if is_buffer else None
    if data is None:
        raise _odd(where)
    return data


def _is_length(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LONGEST


def _odd(where: str) -> Refused:
    return Refused(f"{where} is not as pyarrow writes it; save it again, as numbers or texts of numpy.")
