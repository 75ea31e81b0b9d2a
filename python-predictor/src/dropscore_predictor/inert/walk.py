"""Which globals a file of `joblib.dump` or `pickle.dump` names, and which of them it calls.

Consumes a file, an array's bytes without holding them. Produces names; nothing that has one is imported.
What it is true for is `joblib.load`: `pickle.load` takes what joblib wrote between the opcodes for opcodes.
"""

from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from .item_types import ItemType, is_plain_array, item_type
from .machine import Machine, found_by
from .opcodes import run
from .reader import CannotJudge, Malformed, Reader
from .shapes import CONTAINERS, class_filled, is_of_library, is_usual_call
from .states import HARMLESS, functions_of_state
from .values import OPAQUE, Call, Name, Pairs

MOST_BYTES = 32 << 30
MOST_OPCODES = 20_000_000
"""A forest of 1,000 trees has 30,000; a vocabulary of a million words, as old releases wrote it, 8 million."""

PARTIAL = "functools:partial"
ANYTHING = "?"
"""Stands among the functions that `PARTIAL` wraps for what cannot be told."""

_WRAPPER = "joblib.numpy_pickle:NumpyArrayWrapper"
_NEEDED = frozenset({"subclass", "shape", "order", "dtype"})
_KNOWN = _NEEDED | {"allow_mmap", "numpy_array_alignment_bytes"}
_LARGEST_ARRAY = 1 << 45
_MOST_DIMENSIONS = 64


@dataclass
class Globals:
    """Names as `module:name`, the module as Python 3 has it."""

    named: set[str] = field(default_factory=set)
    """All of them."""
    called: set[str] = field(default_factory=set)
    """Those that are called, or of which an instance is made; and those that a call is given, which it may call."""
    misplaced: set[str] = field(default_factory=set)
    """Those that a state holds where the libraries hold no function."""
    unusual: set[str] = field(default_factory=set)
    """Those that are called, or filled with entries, as the pickles of no library do it."""
    wrapped: set[str] = field(default_factory=set)
    """Functions that `functools.partial` is given: `ANYTHING` among them where it is used in any other way."""


class ArrayHeader(NamedTuple):
    """What joblib writes before an array's bytes."""

    shape: tuple[int, ...]
    order: str
    item: ItemType
    is_aligned: bool
    """Whether a byte that counts the padding, and the padding, stand before the first item."""

    @property
    def size(self) -> int:
        """Bytes of all items."""
        return prod(self.shape) * self.item.size


def globals_of(path: Path) -> Globals:
    """Walks a whole file.

    Raises:
        Malformed: It is no whole pickle.
        CannotJudge: It does what cannot be judged.
    """
    found = Globals()
    with path.open("rb") as file:
        reader = Reader(file, MOST_BYTES)
        run(_Walk(reader, MOST_OPCODES, found))
        if not reader.at_end():
            raise Malformed("bytes follow its end")
    return found


class _Walk(Machine):
    """Of a joblib file; or, with `outer` given, of the pickle behind the header of an array of objects."""

    def __init__(self, reader: Reader, most_opcodes: int, found: Globals, outer: "_Walk | None" = None) -> None:
        super().__init__(reader, most_opcodes)
        self._found = found
        self._outer = outer
        self._wrapper: Name | None = None
        self._also: dict[Name, str] = {}
        if outer is not None:
            self.room = outer.room

    def global_name(self, module: str, name: str) -> Any:
        if "." in name:
            raise CannotJudge("it reaches for an attribute of a global, by a name with a dot")
        # joblib 1.6 looks names of an inner pickle up by the outer one's protocol, older ones by its own.
        for protocol in {self.protocol, (self._outer or self).protocol}:
            self._found.named.add(":".join(found_by(module, name, protocol)))
        known = Name(*found_by(module, name, self.protocol))
        other = ":".join(found_by(module, name, (self._outer or self).protocol))
        if other != known.text:
            self._also[known] = other
        if "NDArrayWrapper" in known.name:
            raise CannotJudge("it holds arrays as joblib 0.9 wrote them, in files beside it")
        if known.text != _WRAPPER:
            return known
        if self._outer is not None:
            raise CannotJudge("it holds joblib's arrays inside an array of objects")
        self._wrapper = self._wrapper or known
        return self._wrapper

    def hold(self, values: list[Any]) -> None:
        """The wrapper goes nowhere, nor an instance: it must not be built but where it is seen."""
        if any(type(value) is Name and value.text == PARTIAL for value in values):
            self._found.wrapped.add(ANYTHING)
        if self._wrapper is not None and any(self._is_wrapper(value) for value in values):
            raise CannotJudge("it hands joblib's array reader to something else")

    def _is_wrapper(self, value: Any) -> bool:
        return value is self._wrapper or (type(value) is Call and value.callee is self._wrapper)

    def call(self, callee: Any, args: Any) -> Any:
        made = super().call(callee, args)
        # What is looked through again and again is paid for each time.
        self.opcodes_left -= len(args)
        self._found.called |= {self._also.get(made.callee, made.callee.text), made.callee.text}
        if made.callee.text != PARTIAL:
            self._found.called |= {arg.text for arg in args if type(arg) is Name and arg.text not in HARMLESS}
        if not is_usual_call(made.callee, args):
            self._found.unusual.add(made.callee.text)
        if made.callee is self._wrapper and args:
            raise CannotJudge("it calls joblib's array reader")
        if made.callee.text == PARTIAL:
            is_plain = len(args) == 1 and type(args[0]) is Name
            self._found.wrapped.add(args[0].text if is_plain else ANYTHING)
        return made

    def build(self, target: Any, state: Any) -> Any:
        built = super().build(target, state)
        names, closed = functions_of_state(target.callee, state)
        self._found.misplaced |= names
        self.closed |= {id(part): part for part in closed}
        self.opcodes_left -= sum(map(len, closed))
        if target.callee.text == "numpy:dtype":
            item_type(target)
        if type(built) is Call and self._wrapper is not None and built.callee is self._wrapper:
            self._skip_array(array_header(state))
            return OPAQUE
        if type(built) is Call and built.callee.text == PARTIAL:
            self._found.wrapped.add(_wrapped_by(state))
        return built

    def fill(self, target: Any, entries: list[Any]) -> None:
        super().fill(target, entries)
        if is_of_library(filled := class_filled(target)) and filled not in CONTAINERS:
            self._found.unusual.add(filled)

    def _skip_array(self, header: ArrayHeader) -> None:
        self.leave_frame()
        if self.frame_end is not None:
            raise CannotJudge("an array stands inside a frame")
        if header.item.has_objects:
            inner = _Walk(self.reader, self.opcodes_left, self._found, outer=self)
            run(inner)
            self.opcodes_left = inner.opcodes_left
            return
        if header.is_aligned:
            self.reader.skip(self.reader.byte())
        self.reader.skip(header.size)


def _wrapped_by(state: Any) -> str:
    """What a partial wraps once its state is set, which may differ from what it was made with."""
    if type(state) is not tuple or len(state) != 4:  # noqa: PLR2004 - function, arguments, keywords, attributes
        return ANYTHING
    function, arguments, keywords, attributes = state
    is_plain = type(function) is Name and type(arguments) is tuple and type(keywords) is Pairs and attributes is None
    return str(function.text) if is_plain else ANYTHING


def array_header(state: Any) -> ArrayHeader:
    """The header of an array, from the state of its wrapper.

    Raises:
        CannotJudge: It is none that joblib writes.
    """
    keys = state[::2] if type(state) is Pairs else []
    if not all(type(key) is str for key in keys) or len(set(keys)) != len(keys) or not _NEEDED <= set(keys) <= _KNOWN:
        raise CannotJudge("the header of an array is none that joblib writes")
    fields = dict(zip(keys, state[1::2], strict=True))
    shape, order = fields["shape"], fields["order"]
    if (
        type(shape) is not tuple
        or len(shape) > _MOST_DIMENSIONS
        or not all(type(length) is int and length >= 0 for length in shape)
    ):
        raise CannotJudge("the shape of an array is none")
    alignment = fields.get("numpy_array_alignment_bytes")
    if type(order) is not str or type(alignment) not in (int, type(None)):
        raise CannotJudge("the header of an array is none that joblib writes")
    if order not in ("C", "F") or not is_plain_array(fields["subclass"]) or alignment not in (None, 16):
        raise CannotJudge("the header of an array is none that joblib writes")
    header = ArrayHeader(shape, order, item_type(fields["dtype"]), alignment is not None)
    if max(prod(shape), header.size, *shape, 0) > _LARGEST_ARRAY:
        raise CannotJudge("an array is too large")
    return header
