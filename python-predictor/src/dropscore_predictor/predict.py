"""Answers records with predictions at once: what the rows of a file with the same cells would get.

Consumes a predict request; produces its answer, and writes nothing. Asked again, it answers the same.
"""

from collections.abc import Callable

import numpy as np

from .contracts.types import Explanation, PinnedModel, PredictAnswer, PredictRequest
from .errors import printable
from .explanations import explanations
from .loaded_model import LoadedModel
from .patience import Patience
from .predictions import Outcome, answered, predictions
from .record_ids import record_ids, set_unusable_ids_aside
from .record_table import record_table, unknown_fields
from .rows import ChunkRows
from .score import score_rows
from .typed_rows import typed_rows

NAME_LIMIT = 200


def predict(
    request: PredictRequest,
    runtime: str,
    load_model: Callable[[PinnedModel, Patience], LoadedModel],
    patience: Patience,
) -> PredictAnswer:
    """A prediction for each record, or the error that it has.

    Args:
        request: Holds to its contract.
        runtime: This runtime's name.
        load_model: As for a chunk.
        patience: How long throttling may be waited for.

    Raises:
        Exception: It cannot be told now: a service does not answer, or memory is short.
    """
    return answered(runtime, lambda: _answer(request, runtime, load_model(request["predict"], patience)))


def _answer(request: PredictRequest, runtime: str, model: LoadedModel) -> PredictAnswer:
    records = request["records"]
    rows = typed_rows(record_table(records, model.manifest), model.manifest)
    ids = _usable_ids(rows, request["predict"]["name"])
    parsed, fit = rows.parsed, rows.errors.without(rows.parsed.rows)
    features = parsed.features if fit.all() else parsed.features[fit].reset_index(drop=True)
    scores = score_rows(model, features, parsed.rows[fit], rows.errors)
    explained: dict[int, Explanation] = {}
    if request.get("explain", False):
        scored = features[np.isin(parsed.rows[fit], scores.rows)]
        explained = dict(zip(scores.rows.tolist(), explanations(model, scored, scores), strict=True))
    outcome = Outcome(scores, rows.errors, ids, explained)
    told = predictions(model, request["predict"], range(len(records)), outcome)
    answer: PredictAnswer = {"ok": True, "runtime": runtime, "predictions": told}
    if unknown := unknown_fields(records, model.manifest):
        answer["unknownFields"] = [printable(name, NAME_LIMIT) for name in unknown]
    return answer


def _usable_ids(rows: ChunkRows, model: str) -> list[str | None] | None:
    """Without a table to key, a record needs no id."""
    ids, column = record_ids(rows), rows.columns.id_name
    if ids is None or column is None:
        return None
    given = [text or None for text in ids]
    too_long = set_unusable_ids_aside(given, column, model, rows.errors)
    return [None if text in too_long else text for text in given]
