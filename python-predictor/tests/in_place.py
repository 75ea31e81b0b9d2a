"""Where an array's rows lie in its file, by the machine that the decoder runs on.

Fan-out has its own implementation, `core/joblib/in-place.ts`: this one is what that is compared with.

Consumes a file's first bytes; produces the type, the shape and the offset, or None: then the file has to be decoded.
"""

import io
from typing import Any, NamedTuple

import numpy as np

from dropscore_predictor.inert.opcodes import run
from dropscore_predictor.inert.reader import CannotJudge, Malformed, Reader
from dropscore_predictor.inert.values import Call
from dropscore_predictor.inert.walk import ArrayHeader, array_header
from dropscore_predictor.unpickled.arrays import WRAPPER, NumpyMachine, numpy_type
from dropscore_predictor.unpickled.refusal import Refused

HEAD = 512
PROTO = b"\x80"
_DIMENSIONS = 2
_MOST_OPCODES = 200


class InPlace(NamedTuple):
    """An uncompressed array, row by row."""

    dtype: np.dtype[Any]
    """Of a truth or a number, with its byte order."""
    rows: int
    columns: int
    offset: int
    """Bytes from the file's start to the first row's first number."""

    @property
    def row_size(self) -> int:
        """Bytes a row."""
        return self.columns * self.dtype.itemsize

    @property
    def file_size(self) -> int:
        """Bytes of a file that holds this array and nothing else: one opcode follows the last row."""
        return self.offset + self.rows * self.row_size + 1


def in_place(head: bytes) -> InPlace | None:
    """What the first 512 bytes tell.

    The caller has to check that the file has `file_size` bytes and ends with `.`; if not, more than an array is in it.

    The algorithm: run the pickle's opcodes until the first BUILD (`b`) whose target is the result of NEWOBJ on
    `joblib.numpy_pickle NumpyArrayWrapper`, which must be alone on the stack. joblib writes nothing but PROTO (2 to
    5), FRAME, GLOBAL, STACK_GLOBAL, MEMOIZE, BINPUT, BINGET, EMPTY_TUPLE, EMPTY_DICT, MARK, NEWOBJ, REDUCE, BUILD,
    SETITEMS, TUPLE, TUPLE1 to TUPLE3, BININT, BININT1, BININT2, LONG1, NONE, NEWTRUE, NEWFALSE, SHORT_BINUNICODE and
    BINUNICODE. The BUILD's state is a dict of `subclass` (`numpy ndarray`), `shape`, `order`, `dtype`, `allow_mmap`
    and, from joblib 1.2, `numpy_array_alignment_bytes` (16). A dtype is REDUCE of `numpy dtype` on (`f8`, False,
    True), before numpy 1.20 on (`f8`, 0, 1), and BUILD with (3, `<` or `>` or `|`, None, None, None, -1, -1, 0): kind,
    item size and byte order. With p the position behind the wrapper's BUILD: files without the alignment have their
    data at p; those with it have one byte L at p, then L bytes of padding, and their data at p + 1 + L. joblib
    chooses L = 16 - (p + 1) mod 16. Row r lies at offset + r * row_size.

    Args:
        head: The file's first 512 bytes, or all of them if it has fewer.

    Returns:
        None for what is compressed, no joblib file, of Fortran's order, or no array of two dimensions of truths or
        numbers.
    """
    if not head.startswith(PROTO):
        return None
    try:
        run(_Head(Reader(io.BytesIO(head[:HEAD]), HEAD), _MOST_OPCODES))
    except _Found as found:
        return _placed(found.header, found.dtype, found.position, head)
    except (Malformed, CannotJudge, Refused):
        return None
    return None


class _Found(Exception):
    """The header of an array, and what stands behind it."""

    def __init__(self, header: ArrayHeader, dtype: np.dtype[Any], position: int) -> None:
        super().__init__()
        self.header = header
        self.dtype = dtype
        self.position = position


class _Head(NumpyMachine):
    """Runs up to the first array, if the file begins with one."""

    def build(self, target: Any, state: Any) -> Any:
        built = super().build(target, state)
        if type(built) is not Call or built.callee.text != WRAPPER:
            return built
        if self.stack or self.marked or built.args:
            raise CannotJudge("its array is part of something")
        header = array_header(state)
        self.leave_frame()
        if self.frame_end is not None:
            raise CannotJudge("a frame reaches into the array")
        raise _Found(header, numpy_type(state[state.index("dtype") + 1]), self.reader.position)


def _placed(header: ArrayHeader, dtype: np.dtype[Any], position: int, head: bytes) -> InPlace | None:
    if len(header.shape) != _DIMENSIONS or dtype.kind not in "biuf" or header.order != "C":
        return None
    rows, columns = header.shape
    if header.is_aligned:
        if position >= len(head):
            return None
        position += 1 + head[position]
    return InPlace(dtype, rows, columns, position)
