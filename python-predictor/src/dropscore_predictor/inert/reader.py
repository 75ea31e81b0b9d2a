"""The bytes of a pickle, inflated where they are compressed, a block at a time."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

_BLOCK = 1 << 18
_LONGEST_LINE = 1 << 28
_LZMA_MEMORY = 256 << 20
"""What its densest preset needs is 65 MiB; a header may ask for 4 GiB."""


class Malformed(Exception):
    """The file is not a whole pickle, or not one that its writers could have written."""


class CannotJudge(Exception):
    """The pickle does what cannot be judged without running it."""


class Source(Protocol):
    """What bytes come from: a file, or what counts what is read of one."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Zlib:
    """Zlib's own decompressor, with the manners of the others."""

    def __init__(self, window: int) -> None:
        self._inner = zlib.decompressobj(window)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        block = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        # A full block may leave more of it inside, without a byte of input that is not consumed.
        self.needs_input = not self._inner.unconsumed_tail and len(block) < max_length
        return block


def _decompressor(start: bytes) -> _Decompressor | None:
    """By the same first bytes that joblib goes by: what it would read otherwise must not be judged here."""
    if start.startswith(b"ZF"):
        raise CannotJudge("it is a file of joblib 0.9 or older")
    if start.startswith(b"\x04\x22\x4d\x18"):
        raise CannotJudge("it is compressed with lz4; zlib, gzip, bz2, lzma and xz can be read")
    if start.startswith(b"\x1f\x8b"):
        return _Zlib(31)
    if start.startswith(b"\x78"):
        return _Zlib(15)
    if start.startswith(b"BZ"):
        return bz2.BZ2Decompressor()
    if start.startswith(b"\xfd7zXZ"):
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_LZMA_MEMORY)
    if start.startswith(b"\x5d\x00"):
        return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_LZMA_MEMORY)
    return None


def _plain(start: bytes, file: Source) -> Iterator[bytes]:
    while start:
        yield start
        start = file.read(_BLOCK)


def _inflated(start: bytes, file: Source, decompressor: _Decompressor) -> Iterator[bytes]:
    """The one compressed stream that the file may hold: readers differ over a second one, and over what follows."""
    data = start
    while not decompressor.eof:
        block = _next_block(decompressor, data)
        if block:
            yield block
        data = file.read(_BLOCK) if decompressor.needs_input and not decompressor.eof else b""
        if not (data or block or decompressor.eof):
            raise Malformed("the compressed data end early")
    if decompressor.unused_data or file.read(1):
        raise Malformed("bytes follow the end of the compressed data")


def _next_block(decompressor: _Decompressor, data: bytes) -> bytes:
    try:
        return decompressor.decompress(data, _BLOCK)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
        raise Malformed("the compressed data are damaged") from error


class Reader:
    """Reads forward, and holds a block at a time however much is skipped."""

    def __init__(
        self,
        file: Source,
        most_bytes: int,
        *,
        longest_line: int = _LONGEST_LINE,
        at_block: Callable[[], None] = lambda: None,
    ) -> None:
        """Starts at the file's current position.

        Args:
            file: Plain or compressed.
            most_bytes: How much may be read, inflated.
            longest_line: Bytes that a line may have.
            at_block: Called before each block is inflated; what it raises ends the reading.
        """
        start = file.read(_BLOCK)
        decompressor = _decompressor(start)
        self._blocks = _plain(start, file) if decompressor is None else _inflated(start, file, decompressor)
        self._most_bytes = most_bytes
        self._longest_line = longest_line
        self._at_block = at_block
        self._block = b""
        self._at = 0
        self._before = 0

    @property
    def position(self) -> int:
        """How many bytes were read, inflated."""
        return self._before + self._at

    def byte(self) -> int:
        """The next byte."""
        if self._at == len(self._block):
            self._advance()
        value = self._block[self._at]
        self._at += 1
        return value

    def read(self, count: int) -> bytes:
        """So many bytes, and no fewer.

        Raises:
            Malformed: There are not so many.
        """
        end = self._at + count
        if end <= len(self._block):
            data = self._block[self._at : end]
            self._at = end
            return data
        return b"".join(self._pieces(count))

    def read_into(self, target: memoryview) -> None:
        """Fills a target of bytes.

        Raises:
            EOFError: There are not so many.
        """
        at = 0
        for piece in self._pieces(len(target)):
            target[at : at + len(piece)] = piece
            at += len(piece)

    def skip(self, count: int) -> None:
        """As `read`, for bytes that nobody wants."""
        for _ in self._pieces(count):
            pass

    def line(self, longest: int | None = None) -> bytes:
        """Up to the next newline, which is taken and left out.

        Args:
            longest: How many bytes it may have, instead of what the reader was made with.
        """
        longest = self._longest_line if longest is None else min(longest, self._longest_line)
        line = bytearray()
        while True:
            if self._at == len(self._block):
                self._advance()
            end = self._block.find(b"\n", self._at)
            line += self._block[self._at : end if end >= 0 else len(self._block)]
            self._at = end + 1 if end >= 0 else len(self._block)
            if len(line) > longest:
                raise CannotJudge("it holds a line that is too long")
            if end >= 0:
                return bytes(line)

    def at_end(self) -> bool:
        """Whether no byte follows."""
        if self._at == len(self._block):
            try:
                self._advance()
            except EOFError:
                return True
        return False

    def _pieces(self, count: int) -> Iterator[bytes]:
        while count:
            if self._at == len(self._block):
                self._advance()
            piece = self._block[self._at : self._at + count]
            self._at += len(piece)
            count -= len(piece)
            yield piece

    def _advance(self) -> None:
        self._at_block()
        self._before += self._at
        self._block, self._at = next(self._blocks, b""), 0
        if not self._block:
            raise EOFError("it ends early")
        if self._before + len(self._block) > self._most_bytes:
            raise CannotJudge(f"it holds more than {self._most_bytes} bytes")
