"""Tells how the score of one row of a job came about: reads and scores the row once more, as its chunk was.

Consumes an explain request; produces its answer, and writes nothing. Asked again, it answers the same.
"""

from collections.abc import Callable

import pandas as pd

from .chunk_rows import chunk_rows
from .contracts import ContractViolation
from .contracts.types import ExplainRequest, ObjectVersion, PinnedModel, PredictAnswer
from .errors import JobFailed
from .explanations import explanations, plain
from .loaded_model import LoadedModel
from .patience import Patience
from .predictions import Outcome, answered, predictions
from .rows import ChunkRows, ParsedRows
from .scored_chunk import ScoredChunk, scored_chunk


def explain(
    request: ExplainRequest,
    runtime: str,
    load_model: Callable[[PinnedModel, Patience], LoadedModel],
    read_source: Callable[[ObjectVersion, int, int, Patience], bytes],
    patience: Patience,
) -> PredictAnswer:
    """The row's prediction with its explanation, and its features; or its error.

    Where the model tells no contributions, the answer is not ok, and has the prediction and features all the same.

    Args:
        request: Holds to its contract.
        runtime: This runtime's name.
        load_model: As for a chunk.
        read_source: As for a chunk.
        patience: How long throttling may be waited for.

    Raises:
        ContractViolation: The row is none of the chunk's.
        Exception: It cannot be told now: a service does not answer, or memory is short.
    """
    message, index = request["explain"], _index(request)

    def read(source: ObjectVersion, start: int, end: int) -> bytes:
        return read_source(source, start, end, patience)

    def explained() -> PredictAnswer:
        model = load_model(message["model"], patience)
        row = _only(index, chunk_rows(message, read, model.manifest))
        return _answer(runtime, scored_chunk(message, row, model), row.parsed.features, index)

    return answered(runtime, explained)


def _index(request: ExplainRequest) -> int:
    reference = request["explain"]["reference"]
    index = request["row"] - reference["firstRow"]
    if not 0 <= index < reference["rowCount"]:
        raise ContractViolation("Not a valid explain-request: /row is none of the chunk's")
    return index


def _only(index: int, rows: ChunkRows) -> ChunkRows:
    """The chunk with the features of this row alone; its ids and errors are those of the whole."""
    parsed, wanted = rows.parsed, rows.parsed.rows == index
    features = parsed.features[wanted].reset_index(drop=True)
    return ChunkRows(rows.columns, ParsedRows(features, parsed.rows[wanted], parsed.texts), rows.errors, rows.lines)


def _answer(runtime: str, chunk: ScoredChunk, features: pd.DataFrame, index: int) -> PredictAnswer:
    explained, reason = {}, None
    if len(chunk.scores):
        try:
            (explained[index],) = explanations(chunk.model, features, chunk.scores)
        except JobFailed as failure:
            reason = failure.reason
    ids = chunk.ids and [None if text in chunk.too_long else text for text in chunk.ids]
    outcome = Outcome(chunk.scores, chunk.errors, ids, explained)
    told = predictions(chunk.model, chunk.message["model"], [index], outcome)
    answer: PredictAnswer = {"ok": reason is None, "runtime": runtime, "predictions": told}
    if reason is not None:
        answer["reason"] = reason
    if len(features):
        answer["inputs"] = {str(name): plain(features[name].iloc[0]) for name in features}
    return answer
