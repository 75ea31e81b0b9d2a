"""The ids that rows carry along: which ones the store could not take, and which repeat.

One illegal value would make DynamoDB refuse the 24 items beside it, so such rows are set aside before any write.
"""

from collections import Counter

from . import keys
from .row_errors import RowErrors, in_column
from .rows import ChunkRows

KEY_BYTES = 2048
"""DynamoDB's limit for a partition key, the index's included."""

SHORT = 400
"""Characters from which on bytes are counted: one has four at most."""

REPEATS = 100
"""An id that stands in more rows of one chunk than this is no id. Indexed, it would throttle the table."""


def record_ids(rows: ChunkRows) -> list[str | None] | None:
    """The id of each row of the chunk; None for the whole where the model or the source has no id column."""
    place = rows.columns.record_id
    return None if place is None else rows.parsed.texts[place]


def set_unusable_ids_aside(ids: list[str | None], column: str, model: str, errors: RowErrors) -> frozenset[str]:
    """Adds rows without an id, or with one that the index cannot hold, to `errors`.

    Returns:
        The ids that the index cannot hold.
    """
    too_long = frozenset[str]()
    if max(map(len, filter(None, ids)), default=0) >= SHORT:
        too_long = frozenset(record_id for record_id in ids if record_id and not _fits(record_id, model))
    if not too_long and "" not in ids:
        return too_long
    sentence = f"the id is longer than the {KEY_BYTES} bytes that a key may have, the model's name included"
    for index, record_id in enumerate(ids):
        if record_id == "":
            errors.add(index, "missing_id", in_column(column, "the row has no id"), column)
        elif record_id in too_long:
            errors.add(index, "id_too_long", in_column(column, sentence), column)
    return too_long


def repeated_ids(ids: list[str | None]) -> dict[str, int]:
    """The ids that repeat too often to be looked up by, and their rows."""
    if len(set(ids)) == len(ids):
        return {}
    return {record_id: rows for record_id, rows in Counter(ids).items() if record_id and rows > REPEATS}


def _fits(record_id: str, model: str) -> bool:
    return len(keys.record_partition(model, record_id).encode()) <= KEY_BYTES
