"""The pickle machine's parts, on placeholders: a name is imported by nobody, a call is noted and not made.

`opcodes.run` drives it. What a subclass wants to know or to refuse, it overrides.
"""

from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from dataclasses import dataclass
from pickle import HIGHEST_PROTOCOL
from typing import Any

from .reader import CannotJudge, Malformed, Reader
from .values import OPAQUE, Call, Elements, Name, Opaque, Pairs

_PYTHON_3 = 3
LONGEST_KEPT = 4096
_MOST_MADE = 4_000_000
"""Containers and calls: what each takes is some hundred bytes. A vocabulary of a million words has two million."""
_MOST_KEPT = 128 << 20
_MOST_MARKS = 10_000
_MOST_ON_STACK = 4_000_000
_DEEPEST_KEY = 1000


@dataclass
class Room:
    """What is left for a file, the pickles within it together."""

    made: int = _MOST_MADE
    kept: int = _MOST_KEPT


class Machine:
    """The state of one run.

    Values are None, bool, int, float, str, bytes, tuple, list, and the placeholders above. Never show one with `repr`:
    lists that hold themselves twice, and again, never end.
    """

    def __init__(self, reader: Reader, most_opcodes: int) -> None:
        self.reader = reader
        self.opcodes_left = most_opcodes
        self.protocol = 0
        self.stack: list[Any] = []
        self.frame_end: int | None = None
        self.marked: list[list[Any]] = []
        self._memo: dict[int, Any] = {}
        self.room = Room()
        self.closed: dict[int, Any] = {}
        """What was judged or used as it was, by its id: it must not change any more."""

    def leave_frame(self) -> None:
        """Ends the frame where it is used up. The unpicklers differ over what crosses its end."""
        if self.frame_end is not None and (left := self.frame_end - self.reader.position) <= 0:
            if left < 0:
                raise Malformed("a value crosses the end of its frame")
            self.frame_end = None

    # What a subclass may override.

    def global_name(self, module: str, name: str) -> Any:
        """A global, by the name that the unpickler would look it up by."""
        return Name(module, name)

    def call(self, callee: Any, args: Any) -> Any:
        """A call, or the making of an instance."""
        if type(callee) is not Name:
            raise CannotJudge("it calls what is no global: the result of a call, or a value")
        if type(args) is not tuple:
            raise CannotJudge(f"it calls {callee.text} with what is no tuple")
        self.count_made()
        return Call(callee, args)

    def new(self, callee: Any, args: Any) -> Any:
        """The making of an instance by its class's `__new__` alone."""
        return self.call(callee, args)

    def build(self, target: Any, state: Any) -> Any:
        """The setting of an instance's state; answers what then stands for the instance."""
        if type(target) is Name:
            raise CannotJudge(f"it sets attributes of {target.text} itself")
        if type(target) is not Call or target.built:
            raise CannotJudge("it sets the state of what is no new instance")
        target.state, target.built = state, True
        return target

    def hold(self, values: list[Any]) -> None:
        """Values that go into a container, into arguments or into a state."""

    # What the operations share.

    def pop(self) -> Any:
        """Takes the last value."""
        return self.stack.pop()

    def push(self, value: Any) -> None:
        """Adds a value to the stack."""
        if len(self.stack) >= _MOST_ON_STACK:
            raise CannotJudge("it piles up too much")
        self.stack.append(value)

    def pop_mark(self) -> list[Any]:
        """The values since the last mark, which is taken away."""
        values, self.stack = self.stack, self.marked.pop()
        return values

    def mark(self) -> None:
        """Later values are gathered apart."""
        if len(self.marked) >= _MOST_MARKS:
            raise CannotJudge("it is nested too deeply")
        self.marked.append(self.stack)
        self.stack = []

    def drop(self) -> None:
        """Forgets the last value, or a mark that nothing came after."""
        if self.stack:
            self.stack.pop()
        else:
            self.pop_mark()

    def remember(self, index: int) -> None:
        """Notes the last value under an index."""
        self._memo[index] = self.stack[-1]

    def remember_next(self) -> None:
        """Notes it under the count of those that are noted."""
        self._memo[len(self._memo)] = self.stack[-1]

    def recall(self, index: int) -> None:
        """Pushes what was noted."""
        self.push(self._memo[index])

    def unsigned(self, size: int) -> int:
        """A little-endian number of so many bytes."""
        return int.from_bytes(self.reader.read(size), "little")

    def text(self, size: int) -> str | Opaque:
        """A text of so many bytes; a long one is skipped, as no name is so long."""
        return OPAQUE if self._is_skipped(size) else self.reader.read(size).decode("utf-8", "surrogatepass")

    def blob(self, size: int) -> bytes | Opaque:
        """Bytes; long ones are skipped."""
        return OPAQUE if self._is_skipped(size) else self.reader.read(size)

    def _is_skipped(self, size: int) -> bool:
        if size <= LONGEST_KEPT:
            self.count_kept(size)
            return False
        self.reader.skip(size)
        return True

    def start_frame(self) -> None:
        """Frames lie one behind the other."""
        size = self.unsigned(8)
        if self.frame_end is not None:
            raise Malformed("a frame begins inside another")
        self.frame_end = self.reader.position + size

    def start_protocol(self) -> None:
        """At the start and nowhere else: it decides what names mean."""
        self.protocol = self.reader.byte()
        if self.protocol > HIGHEST_PROTOCOL or self.stack or self.marked or self._memo:
            raise Malformed("its protocol does not exist, or comes late")

    def look_up(self, module: Any, name: Any) -> None:
        """Pushes a global."""
        if type(module) is not str or type(name) is not str:
            raise CannotJudge("the name of a global is no text")
        self.push(self.global_name(module, name))

    def add_to_list(self, values: list[Any]) -> None:
        """Entries for a list, or for an instance that takes them."""
        target = self._open()
        self.hold(values)
        if type(target) is list:
            target.extend(values)
        else:
            self.fill(target, values)

    def add_to_set(self, values: list[Any]) -> None:
        """As `add_to_list`."""
        target = self._open()
        self.hold(values)
        self.check_hashed(values)
        if type(target) is Elements:
            target.extend(values)
        else:
            self.fill(target, values)

    def add_to_dict(self, pairs: list[Any]) -> None:
        """As `add_to_list`, keys and values in turn."""
        target = self._open()
        self.hold(pairs)
        if len(pairs) % 2:
            raise Malformed("a key has no value")
        self.check_hashed(pairs[::2])
        if type(target) is Pairs:
            target.extend(pairs)
        else:
            self.fill(target, pairs)

    def fill(self, target: Any, entries: list[Any]) -> None:  # noqa: ARG002 - for those that override it
        """Entries for an instance of a subclass of list, dict or set: it takes them by methods of its own.

        They come before its state: an attribute of it could hide such a method.
        """
        if type(target) is not Call:
            raise CannotJudge("it adds entries to what takes none")
        if target.built:
            raise CannotJudge("it adds entries to an instance that has its state")

    def _open(self) -> Any:
        target = self.stack[-1]
        if id(target) in self.closed:
            raise CannotJudge("it changes what it has used")
        return target

    def count_made(self) -> None:
        """Notes that a container or a call is kept."""
        self.room.made -= 1
        if self.room.made < 0:
            raise CannotJudge("it makes too many things")

    def count_kept(self, size: int) -> None:
        """Notes that a text or bytes are kept."""
        self.room.kept -= size
        if self.room.kept < 0:
            raise CannotJudge("it holds too many texts")

    def check_hashed(self, keys: list[Any]) -> None:
        """Keys that are nested too deeply: to hash one would end the process."""
        level = [key for key in keys if type(key) in (tuple, Call)]
        for _ in range(_DEEPEST_KEY):
            if not level:
                return
            seen: dict[int, Any] = {}
            for value in level:
                parts = value if type(value) is tuple else (*value.args, value.state)
                self.opcodes_left -= len(parts)
                seen |= {id(part): part for part in parts if type(part) in (tuple, Call)}
            if self.opcodes_left < 0:
                break
            level = list(seen.values())
        raise CannotJudge("it has a key that is nested too deeply")

    def put_tuple(self, values: list[Any]) -> None:
        """Pushes values as one."""
        self.hold(values)
        self.count_made()
        self.push(tuple(values))

    def last(self, count: int) -> list[Any]:
        """Takes so many values from the stack, none from before a mark."""
        if len(self.stack) < count:
            raise Malformed("it takes what is not there")
        values = self.stack[-count:]
        del self.stack[-count:]
        return values


def found_by(module: str, name: str, protocol: int) -> tuple[str, str]:
    """Below protocol 3 names are those of Python 2, and the unpickler looks for their new ones."""
    if protocol >= _PYTHON_3:
        return module, name
    if (module, name) in NAME_MAPPING:
        return NAME_MAPPING[module, name]
    return IMPORT_MAPPING.get(module, module), name
