"""The rows of a chunk of CSV records."""

from .columns import find_columns, header_names
from .contracts.types import ChunkMessage, ModelManifest
from .errors import JobFailed
from .frame import parse_rows
from .records import Records, UnterminatedQuote, locate
from .row_errors import RowErrors
from .rows import ChunkRows


def csv_rows(message: ChunkMessage, header: bytes, data: bytes, manifest: ModelManifest) -> ChunkRows:
    """Reads a chunk of whole records.

    Args:
        message: Tells the dialect and what the bytes should hold.
        header: The source's header record.
        data: The bytes of the chunk.
        manifest: What the model needs.

    Raises:
        JobFailed: The bytes do not hold the records that the message tells, or the header lacks a column.
    """
    dialect = message["dialect"]
    records = _expected_records(message, data)
    columns = find_columns(header_names(header, dialect), manifest)
    errors = RowErrors(records.lines)
    return ChunkRows(columns, parse_rows(data, records, columns, dialect, errors), errors, records.lines)


def _expected_records(message: ChunkMessage, data: bytes) -> Records:
    reference = message["reference"]
    try:
        records = locate(data, message["dialect"]["delimiter"], reference["firstLine"])
    except UnterminatedQuote:
        raise JobFailed("record_count_mismatch", _mismatch(message, "end inside a quote")) from None
    if len(records) != reference["rowCount"]:
        found = f"hold {len(records)} records where {reference['rowCount']} were counted"
        raise JobFailed("record_count_mismatch", _mismatch(message, found))
    return records


def _mismatch(message: ChunkMessage, found: str) -> str:
    start, end = message["reference"]["byteStart"], message["reference"]["byteEnd"]
    return f"Bytes {start} to {end} of the source (chunk {message['chunk']}) {found}."
