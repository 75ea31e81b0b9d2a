"""A chunk's rows with everything that is to be told of them: what items, result file and ledger are made from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .columns import find_columns, header_names
from .contracts.types import ChunkMessage
from .errors import JobFailed
from .frame import parse_rows
from .item_size import set_oversized_aside
from .loaded_model import LoadedModel
from .record_ids import record_ids, repeated_ids, set_unusable_ids_aside
from .records import Records, UnterminatedQuote, locate
from .row_errors import RowErrors
from .score import score_rows
from .scores import Scores


@dataclass(frozen=True)
class ScoredChunk:
    """Every row of a chunk, told by its index in the chunk: a score, or an error."""

    message: ChunkMessage
    model: LoadedModel
    lines: NDArray[np.int64]
    scores: Scores
    errors: RowErrors
    ids: list[str | None] | None
    """As written; None for a row whose id cannot be told, and for the whole where the model has no id column."""
    too_long: frozenset[str]
    """The ids that no key can hold: the file has them, items do not."""
    repeated: frozenset[str]
    """The ids that stand in too many rows to look one up by them."""
    rows_not_indexed: int
    """Rows whose id repeats too often."""
    passthrough: dict[str, list[str | None]]
    oversized: frozenset[int]
    """Rows whose passthrough texts do not fit an item; none where the job writes no items."""

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def first_row(self) -> int:
        """The row of the job that index 0 is."""
        return self.message["reference"]["firstRow"]

    def positions(self) -> list[int]:
        """For each row, its entry in `scores`; -1 where it has an error."""
        positions = np.full(len(self), -1)
        positions[self.scores.rows] = np.arange(len(self.scores.rows))
        result: list[int] = positions.tolist()
        return result


def scored_chunk(message: ChunkMessage, header: bytes, data: bytes, model: LoadedModel) -> ScoredChunk:
    """Parses and scores a chunk: the same bytes and model always give the same result.

    Raises:
        JobFailed: The bytes do not hold the records that the message tells, the model is not what its manifest says, or
            its scores do not fit items.
    """
    dialect, name = message["dialect"], message["model"]["name"]
    records = _expected_records(message, data)
    columns = find_columns(header_names(header, dialect), model.manifest)
    errors = RowErrors(records.lines)
    parsed = parse_rows(data, records, columns, dialect, errors)
    ids = record_ids(parsed, columns)
    too_long: frozenset[str] = frozenset()
    if ids is not None and columns.id_name is not None:
        too_long = set_unusable_ids_aside(ids, columns.id_name, name, errors)
    repeated = repeated_ids(ids or [])
    oversized: frozenset[int] = frozenset()
    if message["output"] != "files":
        oversized = set_oversized_aside(parsed, columns, model, records, errors)
    fit = errors.without(parsed.rows)
    features = parsed.features if fit.all() else parsed.features[fit].reset_index(drop=True)
    return ScoredChunk(
        message=message,
        model=model,
        lines=records.lines,
        scores=score_rows(model, features, parsed.rows[fit], errors),
        errors=errors,
        ids=ids,
        too_long=too_long,
        repeated=frozenset(repeated),
        rows_not_indexed=sum(repeated.values()),
        passthrough={column: parsed.texts[position] for column, position in columns.passthrough},
        oversized=oversized,
    )


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
