"""How much a file may cost before it is refused."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from .refusal import Refused

_OPCODE_COST = 128
"""Bytes that an opcode may leave behind: an empty dict and its place, or an entry of the memo."""


@dataclass(frozen=True)
class Bounds:
    """Limits of one file. Peak memory is `memory` and about 40 MiB: the blocks, and the opcodes of one block."""

    read: int = 2 << 30
    """Bytes of the file, as it lies in storage."""
    inflated: int = 2 << 30
    """Bytes of the pickle."""
    memory: int = 1 << 30
    """Bytes for all that is built: arrays, texts, the objects of the pickle, the columns."""
    opcodes: int = 20_000_000
    columns: int = 100_000
    nesting: int = 50
    """Containers that are open at once."""
    seconds: float = 60.0


class Account:
    """What one file has used."""

    def __init__(self, bounds: Bounds, now: Callable[[], float] = time.monotonic) -> None:
        self.bounds = bounds
        self._now = now
        self._deadline = now() + bounds.seconds
        self._opcodes = 0
        self._read = 0
        self._used = 0

    @property
    def now(self) -> float:
        """Seconds on the clock that the time is measured by."""
        return self._now()

    def read(self, count: int, waited: float = 0.0) -> None:
        """Notes bytes that came from the file, and the seconds that its storage took, which are no fault of it."""
        self._deadline += waited
        self._read += count
        if self._read > self.bounds.read:
            raise Refused(f"The file is larger than {self.bounds.read} bytes; split it.")

    def opcodes(self, count: int) -> None:
        """Notes how many opcodes have run so far."""
        self._opcodes = count
        self.take(0)

    def take(self, size: int) -> None:
        """Notes bytes of memory, before they are asked for.

        Raises:
            Refused: There are not so many left, or the time is used up.
        """
        self._used += size
        if self._used + self._opcodes * _OPCODE_COST > self.bounds.memory:
            mebibytes = self.bounds.memory >> 20
            raise Refused(
                f"The file needs more than the {mebibytes} MiB of memory that it may have; split it, or save an array "
                "of numbers uncompressed and in C order (np.ascontiguousarray): it is read in place, without memory."
            )
        if self._now() > self._deadline:
            raise Refused(f"The file takes longer than {self.bounds.seconds:g} seconds to decode; split it.")

    def columns(self, count: int) -> None:
        """Checks how many columns there are."""
        if count > self.bounds.columns:
            raise Refused(f"The file has {count} columns; {self.bounds.columns} is the most that can be read.")
