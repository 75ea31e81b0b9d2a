"""The tree that a joblib file builds, on placeholders: only numbers, texts, containers and arrays are real."""

from typing import Any

from ..inert.machine import found_by
from ..inert.opcodes import run
from ..inert.reader import CannotJudge, Malformed, Reader, Source
from ..inert.values import Call, Name, Opaque
from ..inert.walk import array_header
from .arrays import RECONSTRUCT, WRAPPER, Array, NumpyMachine, fields, numpy_type, object_array, read_array
from .bounds import Account
from .refusal import Refused, objects
from .uses import close

_LONGEST_LINE = 1 << 10
_TEXT_COST = 64
_PLACE = 16
_ENCODE, _BYTEARRAY = _BYTES = "_codecs:encode", "builtins:bytearray"
_ARRAYS_OF_PICKLE = RECONSTRUCT | {"numpy.core.numeric:_frombuffer", "numpy._core.numeric:_frombuffer"}


def tree_of(file: Source, account: Account) -> Any:
    """What the file builds.

    Raises:
        Refused: It is no whole file of `joblib.dump`, or costs more than it may.
    """
    try:
        tree = _Tree(_Metered(file, account), account)
        value = run(tree)
        if not tree.reader.at_end():
            raise Malformed("bytes follow its end")
    except (Malformed, CannotJudge) as error:
        raise Refused(f"The file is no joblib file that can be read here: {error}.") from error
    return value


class _Metered:
    """A file that counts what is read of it."""

    def __init__(self, file: Source, account: Account) -> None:
        self._file = file
        self._account = account

    def read(self, size: int, /) -> bytes:
        asked = self._account.now
        data = self._file.read(size)
        self._account.read(len(data), self._account.now - asked)
        return data


class _Tree(NumpyMachine):
    """Of a joblib file; or, with `outer` given, of the pickle behind the header of an array of objects."""

    def __init__(self, source: Source | Reader, account: Account, outer: "_Tree | None" = None) -> None:
        bounds = account.bounds
        reader = source if isinstance(source, Reader) else self._reader(source, account)
        super().__init__(reader, outer.opcodes_left if outer else bounds.opcodes)
        self._account = account
        self._outer = outer
        self._running: list[_Tree] = outer._running if outer is not None else [self]
        self._running[0] = self
        if outer is not None:
            self.room = outer.room

    def _reader(self, source: Source, account: Account) -> Reader:
        def at_block() -> None:
            account.opcodes(account.bounds.opcodes - self._running[0].opcodes_left)

        return Reader(source, account.bounds.inflated, longest_line=_LONGEST_LINE, at_block=at_block)

    def global_name(self, module: str, name: str) -> Any:
        return Name(*found_by(module, name, self.protocol))

    def call(self, callee: Any, args: Any) -> Any:
        """As the machine does. joblib writes an array behind a header, and pickle one that is called for."""
        if self._outer is None and type(callee) is Name and callee.text in _ARRAYS_OF_PICKLE:
            raise Refused(
                "The file holds an array as pickle writes it (to_pickle, pickle.dump); save it with joblib.dump."
            )
        made = super().call(callee, args)
        close(self.closed, args, self._account)
        return _bytes_of(made, self._account) if made.callee.text in _BYTES else made

    def new(self, callee: Any, args: Any) -> Any:
        """As the machine does. A bytearray would stay empty, whatever it is given."""
        if type(callee) is Name and callee.text == _BYTEARRAY:
            raise CannotJudge("it makes a bytearray without its bytes")
        return super().new(callee, args)

    def build(self, target: Any, state: Any) -> Any:
        if id(target) in self.closed:
            raise CannotJudge("it changes what it has used")
        # Of an array of objects the list itself: its cells are looked at one by one, and hold nothing that may change.
        of_array = self._outer is not None and type(state) is tuple
        close(self.closed, state if of_array else (state,), self._account, deep=not of_array)
        built = super().build(target, state)
        if type(built) is Call and built.callee.text == WRAPPER:
            return self._array(built, state)
        return built

    def _array(self, wrapper: Call, state: Any) -> Array:
        if wrapper.args:
            raise CannotJudge("it calls joblib's array reader")
        header, parts = array_header(state), fields(state)
        if parts["subclass"].name == "matrix" and len(header.shape) != 2:  # noqa: PLR2004
            raise CannotJudge("it holds a matrix that is no table")
        self.leave_frame()
        if self.frame_end is not None or self._outer is not None:
            raise CannotJudge("an array stands where joblib writes none")
        dtype = numpy_type(parts["dtype"])
        if dtype.kind != "O":
            return read_array(self.reader, header, dtype, self._account)
        inner = _Tree(self.reader, self._account, outer=self)
        array = object_array(run(inner))
        self.opcodes_left = inner.opcodes_left
        self._running[0] = self
        if array.shape != header.shape:
            raise Malformed("an array of objects has another shape than its header says")
        return array

    def fill(self, target: Any, *_: Any) -> None:
        """Subclasses of list and dict: what they make of entries is not known here."""
        raise Refused(f"The file holds {objects(target)} with entries; save a plain list or dict.")

    def hold(self, values: list[Any]) -> None:
        """Places in containers are memory too."""
        self._account.take(len(values) * _PLACE)

    def mark(self) -> None:
        """As the machine does, and not too deep."""
        if len(self.marked) >= self._account.bounds.nesting:
            raise CannotJudge("its containers are nested too deeply")
        super().mark()

    def remember(self, index: int) -> None:
        """Under the next index, as every writer does: no index is a stranger's choice."""
        if index != len(self._memo):
            raise CannotJudge("its memo has a gap")
        super().remember(index)

    def text(self, size: int) -> str | Opaque:
        """All of it, up to the memory that is left."""
        self._account.take(size + _TEXT_COST)
        text = self.reader.read(size).decode()
        if not text.isascii():
            self._account.take(3 * size)
        return text

    def blob(self, size: int) -> bytes | Opaque:
        """All of them, up to the memory that is left."""
        self._account.take(size + _TEXT_COST)
        return self.reader.read(size)


def _bytes_of(made: Call, account: Account) -> Any:
    """Bytes, also as protocol 2 writes them: as a text in Latin-1. What is made of something else stays a call."""
    kinds = tuple(map(type, made.args))
    if made.callee.text == _BYTEARRAY and kinds in ((), (bytes,)):
        return made.args[0] if made.args else b""
    if made.callee.text == _ENCODE and kinds == (str, str) and made.args[1] == "latin1":
        account.take(len(made.args[0]) + _TEXT_COST)
        return made.args[0].encode("latin-1")
    return made
