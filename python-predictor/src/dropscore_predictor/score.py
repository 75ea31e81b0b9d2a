"""From features to scores, by the kind of output that the manifest names."""

import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .classes import Classes, Label
from .contracts.types import Output
from .errors import JobFailed
from .isolate import Refusal, isolate
from .models import LoadedModel
from .row_errors import RowErrors, in_column

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """Aligned columns, an entry a scored row."""

    rows: NDArray[np.int64]
    """Index of the row in its chunk, ascending."""
    predictions: list[Label]
    """A number for a regression, else the readable label."""
    headline: Doubles
    """The score where there is one, else the numeric prediction."""
    probabilities: Doubles | None
    """A column a class; None for a regression."""
    tiers: list[str | None] | None
    """None where the model has no tiers; a row below the lowest has none either."""


class _Raw(NamedTuple):
    predicted: NDArray[Any]
    probabilities: Doubles | None


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
        accepted, raw = np.empty(0, np.int64), _no_output(model)
    else:
        accepted, raw = _joined(isolated.groups)
    if isolated is not None:
        for index, refusal in isolated.refusals.items():
            _set_refused_aside(int(rows[index]), refusal, errors)
    return _without_non_finite(_decoded(model, rows[accepted], raw), errors)


def _predict(model: LoadedModel, batch: pd.DataFrame) -> _Raw:
    output, estimator, classes = model.manifest["output"], model.estimator, model.classes
    with warnings.catch_warnings():
        # They say nothing that the outcome does not: names that a model was fitted without, an overflow on the way.
        warnings.simplefilter("ignore")
        probabilities = None if output["kind"] == "regression" else np.asarray(estimator.predict_proba(batch))
        if probabilities is not None and output["kind"] == "binary" and "threshold" in output:
            predicted = np.empty(len(batch), dtype=object)
        else:
            predicted = np.asarray(estimator.predict(batch))
    if predicted.shape != (len(batch),):
        raise JobFailed("model_invalid", f"The model predicts the shape {predicted.shape} for {len(batch)} rows.")
    if probabilities is not None and probabilities.shape != (len(batch), len(classes.values)):
        message = f"The model's probabilities have the shape {probabilities.shape} for {len(classes.values)} classes."
        raise JobFailed("model_invalid", message)
    return _Raw(predicted, None if probabilities is None else probabilities.astype(np.float64))


def _no_output(model: LoadedModel) -> _Raw:
    regression = model.manifest["output"]["kind"] == "regression"
    return _Raw(np.empty(0), None if regression else np.empty((0, len(model.classes.values))))


def _joined(groups: list[tuple[NDArray[np.int64], _Raw]]) -> tuple[NDArray[np.int64], _Raw]:
    indexes = np.concatenate([rows for rows, _ in groups])
    order = np.argsort(indexes)
    predicted = np.concatenate([raw.predicted for _, raw in groups])[order]
    parts = [raw.probabilities for _, raw in groups if raw.probabilities is not None]
    return indexes[order], _Raw(predicted, np.concatenate(parts)[order] if parts else None)


def _set_refused_aside(row: int, refusal: Refusal, errors: RowErrors) -> None:
    sentence = f"the model refuses the row: {refusal.message}"
    message = sentence if refusal.column is None else in_column(refusal.column, sentence)
    errors.add(row, "refused_by_model", message, refusal.column)


def _decoded(model: LoadedModel, rows: NDArray[np.int64], raw: _Raw) -> Scores:
    output = model.manifest["output"]
    if raw.probabilities is None:
        headline = _numbers(raw.predicted) + 0.0  # a zero has no sign
        predictions: list[Label] = (raw.predicted if raw.predicted.dtype.kind in "iu" else headline).tolist()
    else:
        positive = _positive(output, model.classes)
        chosen = _chosen(output, model.classes, raw, positive)
        shown = chosen if output["kind"] == "multiclass" else positive
        headline = raw.probabilities[np.arange(len(rows)), shown]
        predictions = [model.classes.labels[index] for index in chosen.tolist()]
    return Scores(rows, predictions, headline, raw.probabilities, _tiers(output, headline))


def _numbers(predicted: NDArray[Any]) -> Doubles:
    if predicted.dtype.kind not in "iuf":
        raise JobFailed("model_invalid", f"The manifest says regression, and the model predicts {predicted.dtype}.")
    return predicted.astype(np.float64)


def _positive(output: Output, classes: Classes) -> int:
    """The class whose probability is the score: the manifest's, else the last, as scikit-learn has it."""
    return classes.values.index(output["positiveClass"]) if "positiveClass" in output else len(classes.values) - 1


def _chosen(output: Output, classes: Classes, raw: _Raw, positive: int) -> NDArray[np.int64]:
    """Index of the predicted class: by the manifest's threshold, else as the model itself decides."""
    if output["kind"] == "binary" and "threshold" in output and raw.probabilities is not None:
        return np.where(raw.probabilities[:, positive] >= output["threshold"], positive, 1 - positive)
    positions = {value: index for index, value in enumerate(classes.values)}
    try:
        return np.array([positions[value] for value in raw.predicted.tolist()], dtype=np.int64)
    except KeyError:
        raise JobFailed("model_invalid", "The model predicts a class that is none of its classes.") from None


def _tiers(output: Output, headline: Doubles) -> list[str | None] | None:
    if not output.get("tiers"):
        return None
    tiers = sorted(output["tiers"], key=lambda tier: tier["from"])
    names: list[str | None] = [None, *(tier["name"] for tier in tiers)]
    reached = np.searchsorted([tier["from"] for tier in tiers], headline, side="right")
    return [names[index] for index in reached.tolist()]


def _without_non_finite(scores: Scores, errors: RowErrors) -> Scores:
    finite = np.isfinite(scores.headline)
    if scores.probabilities is not None:
        finite &= np.isfinite(scores.probabilities).all(axis=1)
    if finite.all():
        return scores
    for index in np.flatnonzero(~finite).tolist():
        errors.add(int(scores.rows[index]), "non_finite_output", "the model's output is NaN or infinite")
    kept = np.flatnonzero(finite).tolist()
    return Scores(
        scores.rows[kept],
        [scores.predictions[index] for index in kept],
        scores.headline[kept],
        None if scores.probabilities is None else scores.probabilities[kept],
        None if scores.tiers is None else [scores.tiers[index] for index in kept],
    )
