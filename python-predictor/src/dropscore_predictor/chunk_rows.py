"""Reads the rows of a chunk, in whichever of the three formats they lie."""

from collections.abc import Callable

import numpy as np

from .contracts.types import ChunkMessage, ModelManifest, ObjectVersion
from .csv_rows import csv_rows
from .errors import JobFailed
from .rows import ChunkRows
from .staged import NotStaged, read_rows
from .table import Column, Table, Vector
from .typed_rows import typed_rows

Read = Callable[[ObjectVersion, int, int], bytes]


def chunk_rows(message: ChunkMessage, read: Read, manifest: ModelManifest) -> ChunkRows:
    """The rows that a chunk message refers to.

    Args:
        message: Holds to its contract.
        read: Gives the bytes of an object from a first to before a last.
        manifest: What the model needs.

    Raises:
        JobFailed: The bytes do not hold what the message tells, or not the columns that the model needs.
    """
    reference = message["reference"]
    data = read(reference["object"], reference["byteStart"], reference["byteEnd"])
    if message["format"] == "csv":
        header = message["header"]
        header_bytes = read(header["object"], header["byteStart"], header["byteEnd"])
        return csv_rows(message, header_bytes, data, manifest)
    table = matrix_table(message, data) if message["format"] == "matrix" else _staged_table(message, data)
    return typed_rows(table, manifest)


def matrix_table(message: ChunkMessage, data: bytes) -> Table:
    """Rows of an array that lie one behind the other, as columns without names: views of the bytes.

    Raises:
        JobFailed: There are more bytes than the rows take, or fewer; or a truth is neither true nor false.
    """
    matrix, rows = message["matrix"], message["reference"]["rowCount"]
    dtype, width = np.dtype(matrix["dtype"]), matrix["columns"]
    if len(data) != rows * width * dtype.itemsize:
        expected = f"{rows} rows of {width} numbers ({matrix['dtype']}) were counted"
        raise JobFailed("record_count_mismatch", f"Chunk {message['chunk']} holds {len(data)} bytes where {expected}.")
    if dtype.kind == "b" and np.frombuffer(data, np.uint8).max(initial=0) > 1:
        raise JobFailed("joblib_refused", "The array holds a truth that is neither true nor false; save it again.")
    array = np.frombuffer(data, dtype).reshape(rows, width)
    return Table(rows, tuple(Column(None, Vector(array[:, place], None)) for place in range(width)))


def _staged_table(message: ChunkMessage, data: bytes) -> Table:
    expected = f"where {message['reference']['rowCount']} were counted"
    try:
        table = read_rows(data)
    except NotStaged:
        raise JobFailed(
            "record_count_mismatch", f"Chunk {message['chunk']} holds no rows that can be read {expected}."
        ) from None
    if table.rows != message["reference"]["rowCount"]:
        raise JobFailed("record_count_mismatch", f"Chunk {message['chunk']} holds {table.rows} rows {expected}.")
    return table
