"""What the work on a chunk uses of what AWS charges for."""

import threading
from collections import defaultdict
from typing import Literal

from .contracts.types import ChunkUsage

Counted = Literal["rowWriteUnits", "indexWriteUnits", "readUnits", "s3Puts", "s3Gets"]


class Meter:
    """Counts for one chunk at a time; several threads may add."""

    def __init__(self, memory_mib: int) -> None:
        self._memory_mib = memory_mib
        self._counts: defaultdict[Counted, float] = defaultdict(float)
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Another chunk: what was counted before is no part of it."""
        with self._lock:
            self._counts.clear()

    def add(self, what: Counted, count: float) -> None:
        """Adds units or requests."""
        with self._lock:
            self._counts[what] += count

    def used(self) -> ChunkUsage:
        """What was counted since `begin`."""
        counts = self._counts
        return {
            "rowWriteUnits": counts["rowWriteUnits"],
            "indexWriteUnits": counts["indexWriteUnits"],
            "readUnits": counts["readUnits"],
            "s3Puts": int(counts["s3Puts"]),
            "s3Gets": int(counts["s3Gets"]),
            "memoryMiB": self._memory_mib,
        }
