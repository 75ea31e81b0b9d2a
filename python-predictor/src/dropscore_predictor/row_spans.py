"""Which rows of a table make a chunk.

Consumes a table and the limits of a chunk; produces runs of rows, the same each time.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .packed_cells import cell_size
from .staged import staged_columns
from .table import Table
from .unpickled import Refused

MOST_ROW_BYTES = 16 << 20
"""Where a chunk is to have fewer: a row is not divided."""
MOST_NAME_BYTES = 4 << 20
"""Of the columns' names, which stand in each chunk and in the index."""
MOST_CHUNKS = 10_000
"""As many as are staged within one run of the function."""
MOST_BYTES = 8 << 30
"""Of all chunks: a text that many rows share is staged with each of them, so a small file could fill the bucket."""


def row_spans(table: Table, most_rows: int, most_bytes: int) -> Iterator[tuple[int, int]]:
    """Start and stop of each chunk: as many rows as `most_rows` and `most_bytes` allow, and one at least.

    A row's bytes are what its staged chunk holds for it: its numbers, truths and times, a byte for each column that has
    nulls, and for each cell of a column of objects what `cell_size` tells. A table of which no column was asked for has
    no chunks, however many rows.

    Raises:
        Refused: The names, a row, or all chunks together would take more than can be staged.
    """
    sizes = _Sizes(table)
    names = sum(cell_size(column.name) for column in staged_columns(table))
    if names + sum(map(cell_size, table.ignored)) > MOST_NAME_BYTES:
        raise Refused(f"The names of the columns take more than {MOST_NAME_BYTES >> 20} MiB; shorten them.")
    if not table.columns:
        return
    start, ahead, total, chunks = 0, most_rows, 0, 0
    while start < table.rows:
        room = min(most_rows, table.rows - start)
        ends = np.cumsum(sizes.of(start, start + min(ahead, room)))
        count = max(1, int(np.searchsorted(ends, most_bytes, "right")))
        # Each look tells sizes anew, so it goes no further than about twice what a chunk holds.
        if count == len(ends) < room:
            ahead *= 2
            continue
        ahead = 2 * count
        total += names + int(ends[count - 1])
        _check(start, int(ends[0]), max(most_bytes, MOST_ROW_BYTES), total)
        chunks += 1
        if chunks > MOST_CHUNKS:
            raise Refused(
                f"The rows make more than {MOST_CHUNKS:,} chunks of at most {most_rows:,} rows; split the file."
            )
        yield start, start + count
        start += count


class _Sizes:
    """What the rows of a table take."""

    def __init__(self, table: Table) -> None:
        vectors = [column.vector for column in staged_columns(table)]
        self._objects = [vector.values for vector in vectors if vector.values.dtype.kind == "O"]
        self._fixed = sum(vector.values.dtype.itemsize for vector in vectors if vector.values.dtype.kind != "O")
        self._fixed += sum(vector.nulls is not None for vector in vectors)

    def of(self, start: int, stop: int) -> NDArray[np.int64]:
        """Bytes, row by row."""
        sizes = np.full(stop - start, self._fixed, np.int64)
        for values in self._objects:
            sizes += np.fromiter(map(cell_size, values[start:stop].tolist()), np.int64, stop - start)
        return sizes


def _check(row: int, size: int, most: int, total: int) -> None:
    if size > most:
        raise Refused(f"Row {row} takes more than {most >> 20} MiB; shorten its texts.")
    if total > MOST_BYTES:
        raise Refused(f"The rows take more than {MOST_BYTES >> 30} GiB, each with its own texts; split the file.")
