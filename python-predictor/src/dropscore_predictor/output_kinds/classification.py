"""A label a row, and a probability of each class: of two classes, or of several."""

from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..classes import positive_class
from ..contracts.types import Output
from ..errors import JobFailed
from ..loaded_model import LoadedModel
from ..loading.estimator import Classifier
from ..loading.likeliest import likeliest, predicts_likeliest
from ..scores import Doubles, Scores
from .kind import Kind, Raw, Rows, column, tiers


def _ask(model: LoadedModel, batch: pd.DataFrame) -> Raw:
    estimator = cast("Classifier", model.estimator)
    if _has_threshold(model.manifest["output"]):
        return {"probabilities": _probabilities(model, estimator.predict_proba(batch), batch)}
    if hasattr(estimator, "predict_with_probabilities"):
        labels, given = estimator.predict_with_probabilities(batch)
        return {"probabilities": _probabilities(model, given, batch), "chosen": _places(model, labels, batch)}
    probabilities = _probabilities(model, estimator.predict_proba(batch), batch)
    if predicts_likeliest(estimator):
        chosen, is_open = likeliest(probabilities)
    else:
        chosen, is_open = np.empty(len(batch), np.int64), np.ones(len(batch), np.bool_)
    if is_open.any():
        rest = batch if is_open.all() else batch[is_open]
        chosen[is_open] = _places(model, estimator.predict(rest), rest)
    return {"probabilities": probabilities, "chosen": chosen}


def _probabilities(model: LoadedModel, given: Any, batch: pd.DataFrame) -> Doubles:
    probabilities = np.asarray(given)
    if probabilities.shape != (len(batch), len(model.classes.values)):
        message = f"The model's probabilities have the shape {probabilities.shape} "
        raise JobFailed("model_invalid", f"{message}for {len(model.classes.values)} classes.")
    return probabilities.astype(np.float64)


def _places(model: LoadedModel, labels: Any, batch: pd.DataFrame) -> NDArray[np.int64]:
    """The place of each label among the classes."""
    places = {value: index for index, value in enumerate(model.classes.values)}
    try:
        return np.array([places[value] for value in column(labels, batch).tolist()], dtype=np.int64)
    except KeyError:
        raise JobFailed("model_invalid", "The model predicts a class that is none of its classes.") from None


def _nothing(model: LoadedModel) -> Raw:
    return {"probabilities": np.empty((0, len(model.classes.values))), "chosen": np.empty(0, np.int64)}


def _decode(model: LoadedModel, rows: Rows, raw: Raw) -> Scores:
    output, probabilities = model.manifest["output"], raw["probabilities"]
    positive = positive_class(output, model.classes)
    chosen = _chosen(output, raw, positive)
    shown = chosen if output["kind"] == "multiclass" else positive
    headline = probabilities[np.arange(len(rows)), shown]
    return Scores(
        rows,
        predictions=[model.classes.labels[index] for index in chosen.tolist()],
        headline=headline,
        score=headline,
        probabilities=probabilities,
        tiers=tiers(output, headline),
    )


def _has_threshold(output: Output) -> bool:
    return output["kind"] == "binary" and "threshold" in output


def _chosen(output: Output, raw: Raw, positive: int) -> NDArray[np.int64]:
    """Index of the predicted class: by the manifest's threshold, else as the model itself decides."""
    if _has_threshold(output):
        return np.where(raw["probabilities"][:, positive] >= output["threshold"], positive, 1 - positive)
    return raw["chosen"]


KIND = Kind(_ask, _nothing, _decode)
