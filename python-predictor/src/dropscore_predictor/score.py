"""From features to scores. A row that the model refuses, or whose output no score can hold, becomes an error."""

import warnings

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .isolate import Refusal, isolate
from .loaded_model import LoadedModel
from .output_kinds import decoded, no_output, predicted
from .output_kinds.kind import Raw
from .row_errors import RowErrors, in_column
from .scores import Scores

OUTPUT_TEXT_BYTES = 1024
"""UTF-8 bytes of one of several outputs that is a text: the room that an item keeps for each."""


def score_rows(model: LoadedModel, features: pd.DataFrame, rows: NDArray[np.int64], errors: RowErrors) -> Scores:
    """Scores the rows that the model accepts; the others are added to `errors`.

    Args:
        model: What to score with.
        features: The rows.
        rows: Index in the chunk of each row of `features`, ascending.
        errors: The errors of the chunk.

    Raises:
        JobFailed: The model's output is not of the manifest's kind.
    """
    isolated = isolate(features, lambda batch: _predict(model, batch)) if len(features) else None
    if isolated is None or not isolated.groups:
        accepted, raw = np.empty(0, np.int64), no_output(model)
    else:
        accepted, raw = _joined(isolated.groups)
    if isolated is not None:
        for index, refusal in isolated.refusals.items():
            _set_refused_aside(int(rows[index]), refusal, errors)
    scores = decoded(model, rows[accepted], raw)
    _set_long_texts_aside(scores, errors)
    return _without_errors(scores, errors)


def _predict(model: LoadedModel, batch: pd.DataFrame) -> Raw:
    with warnings.catch_warnings():
        # They say nothing that the outcome does not: names that a model was fitted without, an overflow on the way.
        warnings.simplefilter("ignore")
        try:
            return predicted(model, batch)
        except SystemExit:
            # An answer like another: it would end the process, and what it says would stand in the log.
            raise RuntimeError("it asks to end the process") from None


def _joined(groups: list[tuple[NDArray[np.int64], Raw]]) -> tuple[NDArray[np.int64], Raw]:
    if len(groups) == 1:
        return groups[0]
    indexes = np.concatenate([rows for rows, _ in groups])
    order = np.argsort(indexes)
    parts = [raw for _, raw in groups]
    return indexes[order], {name: np.concatenate([raw[name] for raw in parts])[order] for name in parts[0]}


def _set_refused_aside(row: int, refusal: Refusal, errors: RowErrors) -> None:
    sentence = f"the model refuses the row: {refusal.message}"
    message = sentence if refusal.column is None else in_column(refusal.column, sentence)
    errors.add(row, "refused_by_model", message, refusal.column)


def _set_long_texts_aside(scores: Scores, errors: RowErrors) -> None:
    for name, column in (scores.outputs or {}).items():
        for index, value in enumerate(column):
            if isinstance(value, str) and len(value.encode(errors="replace")) > OUTPUT_TEXT_BYTES:
                message = f"the model's output '{name}' is a text over {OUTPUT_TEXT_BYTES:,} bytes"
                errors.add(int(scores.rows[index]), "item_too_large", message)


def _without_errors(scores: Scores, errors: RowErrors) -> Scores:
    for index in np.flatnonzero(~scores.finite()).tolist():
        errors.add(int(scores.rows[index]), "non_finite_output", "the model's output is NaN or infinite")
    kept = errors.without(scores.rows)
    return scores if kept.all() else scores.select(kept)
