"""A chunk's rows with everything that is to be told of them: what items, result file and ledger are made from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .contracts.types import ChunkMessage
from .forgotten import Forgotten, forget_rows
from .item_size import set_oversized_aside
from .loaded_model import LoadedModel
from .record_ids import record_ids, repeated_ids, set_unusable_ids_aside
from .row_errors import RowErrors
from .rows import ChunkRows
from .score import score_rows
from .scores import Scores


@dataclass(frozen=True)
class ScoredChunk:
    """Every row of a chunk, told by its index in the chunk: a score, or an error."""

    message: ChunkMessage
    model: LoadedModel
    lines: NDArray[np.int64] | None
    """None where the source has no lines."""
    scores: Scores
    errors: RowErrors
    ids: list[str | None] | None
    """As written; None for a row whose id cannot be told, and for the whole where model or source have no id column."""
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
        return self.message["reference"]["rowCount"]

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


def scored_chunk(
    message: ChunkMessage, rows: ChunkRows, model: LoadedModel, forgotten: Forgotten = frozenset()
) -> ScoredChunk:
    """Scores the rows of a chunk: the same rows and model always give the same result.

    Args:
        message: What asks for it.
        rows: Rows that no score is found for are added to their errors.
        model: What to score with.
        forgotten: The model's records whose rows are set aside, and nothing of them kept.

    Raises:
        JobFailed: The model is not what its manifest says, or its scores do not fit items.
    """
    columns, parsed, errors = rows.columns, rows.parsed, rows.errors
    ids = record_ids(rows)
    if ids is not None:
        forget_rows(ids, message["model"]["name"], forgotten, list(parsed.texts.values()), errors)
    too_long: frozenset[str] = frozenset()
    if ids is not None and columns.id_name is not None:
        too_long = set_unusable_ids_aside(ids, columns.id_name, message["model"]["name"], errors)
    repeated = repeated_ids(ids or [])
    oversized: frozenset[int] = frozenset()
    if message["output"] != "files":
        oversized = set_oversized_aside(rows, model)
    fit = errors.without(parsed.rows)
    features = parsed.features if fit.all() else parsed.features[fit].reset_index(drop=True)
    return ScoredChunk(
        message=message,
        model=model,
        lines=rows.lines,
        scores=score_rows(model, features, parsed.rows[fit], errors),
        errors=errors,
        ids=ids,
        too_long=too_long,
        repeated=frozenset(repeated),
        rows_not_indexed=sum(repeated.values()),
        passthrough={column: parsed.texts[position] for column, position in columns.passthrough},
        oversized=oversized,
    )
