"""A label a row, and a probability of each class: of two classes, or of several."""

from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..classes import Classes, positive_class
from ..contracts.types import Output
from ..errors import JobFailed
from ..loaded_model import LoadedModel
from ..loading.estimator import Classifier
from ..scores import Scores
from .kind import Kind, Raw, Rows, column, tiers


def _ask(model: LoadedModel, batch: pd.DataFrame) -> Raw:
    estimator = cast("Classifier", model.estimator)
    predicted: Any = None
    if _has_threshold(model.manifest["output"]):
        given = estimator.predict_proba(batch)
    elif hasattr(estimator, "predict_with_probabilities"):
        predicted, given = estimator.predict_with_probabilities(batch)
    else:
        predicted, given = estimator.predict(batch), estimator.predict_proba(batch)
    probabilities = np.asarray(given)
    if probabilities.shape != (len(batch), len(model.classes.values)):
        message = f"The model's probabilities have the shape {probabilities.shape} "
        raise JobFailed("model_invalid", f"{message}for {len(model.classes.values)} classes.")
    raw: Raw = {"probabilities": probabilities.astype(np.float64)}
    if predicted is not None:
        raw["predicted"] = column(predicted, batch)
    return raw


def _nothing(model: LoadedModel) -> Raw:
    return {"probabilities": np.empty((0, len(model.classes.values))), "predicted": np.empty(0)}


def _decode(model: LoadedModel, rows: Rows, raw: Raw) -> Scores:
    output, probabilities = model.manifest["output"], raw["probabilities"]
    positive = positive_class(output, model.classes)
    chosen = _chosen(output, model.classes, raw, positive)
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


def _chosen(output: Output, classes: Classes, raw: Raw, positive: int) -> NDArray[np.int64]:
    """Index of the predicted class: by the manifest's threshold, else as the model itself decides."""
    if _has_threshold(output):
        return np.where(raw["probabilities"][:, positive] >= output["threshold"], positive, 1 - positive)
    positions = {value: index for index, value in enumerate(classes.values)}
    try:
        return np.array([positions[value] for value in raw["predicted"].tolist()], dtype=np.int64)
    except KeyError:
        raise JobFailed("model_invalid", "The model predicts a class that is none of its classes.") from None


KIND = Kind(_ask, _nothing, _decode)
