"""Arrays as joblib writes them: a header in the pickle, then the items' own bytes, then the pickle again.

Consumes a header and the reader behind it; produces a numpy array of numbers, truths, texts or times.
"""

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..inert.item_types import item_type
from ..inert.machine import Machine
from ..inert.reader import CannotJudge, Malformed, Reader
from ..inert.values import Call, Name, Pairs
from ..inert.walk import ArrayHeader
from .bounds import Account
from .refusal import Refused, objects

Array = NDArray[Any]

WRAPPER = "joblib.numpy_pickle:NumpyArrayWrapper"
RECONSTRUCT = frozenset({"numpy.core.multiarray:_reconstruct", "numpy._core.multiarray:_reconstruct"})
_CLASSES = frozenset({"numpy:ndarray", "numpy:matrix"})
SCALAR = frozenset({"numpy.core.multiarray:scalar", "numpy._core.multiarray:scalar"})
_UNITS = frozenset({"Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns"})
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_LONGEST_STEP = 1_000_000
_WIDEST = {"f": 8, "c": 16}


class NumpyMachine(Machine):
    """Takes numpy's types as every release since 1.18 writes them."""

    def call(self, callee: Any, args: Any) -> Any:
        """Notes what is called, a type's flags as numpy writes them from 1.20."""
        made = super().call(callee, args)
        flags = made.args[1:]
        if made.callee.text == "numpy:dtype" and tuple(map(type, flags)) == (int, int) and flags == (0, 1):
            made.args = (made.args[0], False, True)
        return made


def numpy_type(dtype: Any) -> np.dtype[Any]:
    """The numpy type that a pickled dtype stands for; records and wide floats are bytes of their size.

    Raises:
        Refused: It is none of numpy's own.
    """
    try:
        item = item_type(dtype)
    except CannotJudge:
        raise Refused(f"It holds an array of a type that no feature has ({objects(dtype)}).") from None
    if not item.size:
        raise Refused("It holds an array whose items have no size.")
    if item.kind in "SV" or item.size > _WIDEST.get(item.kind, item.size):
        return np.dtype(f"{'S' if item.kind == 'S' else 'V'}{item.size}")
    order = item.order if item.order in "<>" else "="
    if item.kind in "Mm":
        return np.dtype(f"{order}{item.kind}8[{_unit(dtype.state)}]")
    if item.kind == "U":
        return np.dtype(f"{order}U{item.size // 4}")
    return np.dtype("O") if item.has_objects else np.dtype(f"{order}{item.kind}{item.size}")


def _unit(state: tuple[Any, ...]) -> str:
    """Of a time: one of numpy's letters, after how many of them make a step."""
    meta = state[-1]
    inner = meta[-1] if type(meta) is tuple and meta else None
    if type(inner) is not tuple or len(inner) != 4:  # noqa: PLR2004
        raise Refused("It holds times without a unit; save them as datetime64[ns].")
    letter, step, *divisor = inner
    letter = letter.decode("latin-1") if type(letter) is bytes else letter
    if (
        type(letter) is not str
        or letter not in _UNITS
        or type(step) is not int
        or not 0 < step <= _LONGEST_STEP
        or divisor != [1, 1]
    ):
        raise Refused("It holds times without a unit; save them as datetime64[ns].")
    return letter if step == 1 else f"{step}{letter}"


def read_array(reader: Reader, header: ArrayHeader, dtype: np.dtype[Any], account: Account) -> Array:
    """The items that stand at the reader's position; the reader then stands behind them.

    Raises:
        Refused: They are more than there is memory for.
    """
    if header.is_aligned:
        reader.skip(reader.byte())
    account.take(header.size)
    items = np.empty(prod(header.shape), dtype)
    if header.size:
        reader.read_into(items.view(np.uint8).data)
    if not dtype.isnative:
        items = items.byteswap(inplace=True).view(dtype.newbyteorder("="))
    if dtype.kind == "b" and items.size and items.view(np.uint8).max() > 1:
        raise Malformed("a truth is neither true nor false")
    if dtype.kind == "U":
        account.take(header.size)
        _check_characters(items.view(np.uint32))
    return items.reshape(header.shape[::-1]).T if header.order == "F" else items.reshape(header.shape)


def _check_characters(numbers: NDArray[np.uint32]) -> None:
    """Refuses numbers that are no characters: numpy makes a text of any."""
    is_surrogate = (numbers >= _SURROGATES.start) & (numbers < _SURROGATES.stop)
    if numbers.size and (numbers.max() > _LAST_CHARACTER or is_surrogate.any()):
        raise Malformed("a text holds what is no character")


def object_array(value: Any) -> Array:
    """The array of objects that an inner pickle builds, the objects as the pickle has them.

    Raises:
        Refused: It builds something else.
    """
    if type(value) is not Call or value.callee.text not in RECONSTRUCT:
        raise Refused(f"It holds {objects(value)} where an array of objects should be.")
    made, state = value.args[0] if value.args else None, value.state
    if type(made) is not Name or made.text not in _CLASSES or type(state) is not tuple or len(state) != 5:  # noqa: PLR2004
        raise Refused("It holds an array of objects that numpy did not write.")
    _, shape, dtype, _, values = state
    lengths_fit = type(shape) is tuple and all(type(length) is int and length >= 0 for length in shape)
    if not lengths_fit or type(values) is not list or numpy_type(dtype).kind != "O" or prod(shape) != len(values):
        raise Refused("It holds an array of objects that numpy did not write.")
    if made.text != "numpy:ndarray" and len(shape) != 2:  # noqa: PLR2004
        raise Refused("It holds a matrix that is no table; save an array.")
    items = np.empty(len(values), object)
    for index, item in enumerate(values):
        items[index] = item
    return items.reshape(shape)  # Objects are written row by row, whatever the order of the array.


def scalar(value: Call) -> Any:
    """The number that one of numpy's own scalars holds, or None where it is something else."""
    if len(value.args) != 2 or value.built:  # noqa: PLR2004
        return None
    dtype, data = numpy_type(value.args[0]), value.args[1]
    if dtype.kind not in "biuf" or type(data) is not bytes or len(data) != dtype.itemsize:
        return None
    return np.frombuffer(data, dtype)[0].item()


def fields(value: Any) -> dict[str, Any]:
    """A dict of the pickle, where its keys are texts and each stands once.

    Raises:
        Refused: They are not, or the value is no dict.
    """
    if type(value) is not Pairs:
        raise Refused(f"It holds {objects(value)} where a dict of settings should be.")
    keys = value[::2]
    if not all(type(key) is str for key in keys):
        raise Refused("It holds a dict whose keys are not all texts.")
    found = dict(zip(keys, value[1::2], strict=True))
    if len(found) != len(keys):
        raise Refused("It holds a dict in which a key stands twice.")
    return found
