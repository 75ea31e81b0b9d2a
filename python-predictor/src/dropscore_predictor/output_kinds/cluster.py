"""The number of a cluster a row, -1 for noise, and how strongly the row belongs to it where the estimator tells."""

from typing import cast

import numpy as np
import pandas as pd

from ..errors import JobFailed
from ..loaded_model import LoadedModel
from ..loading.estimator import Clusters
from ..scores import Scores
from .kind import Kind, Raw, Rows, column, doubles, is_numeric, tiers


def _ask(model: LoadedModel, batch: pd.DataFrame) -> Raw:
    if not _tells_strength(model):
        return {"predicted": column(model.estimator.predict(batch), batch)}
    labels, strengths = cast("Clusters", model.estimator).predict_with_strength(batch)
    return {"predicted": column(labels, batch), "strengths": column(strengths, batch)}


def _nothing(model: LoadedModel) -> Raw:
    raw: Raw = {"predicted": np.empty(0, np.int64)}
    return raw | {"strengths": np.empty(0)} if _tells_strength(model) else raw


def _tells_strength(model: LoadedModel) -> bool:
    return hasattr(model.estimator, "predict_with_strength")


def _decode(model: LoadedModel, rows: Rows, raw: Raw) -> Scores:
    labels, strengths = raw["predicted"], raw.get("strengths")
    if labels.dtype.kind not in "iu":
        message = f"The manifest says cluster, and the model predicts {labels.dtype}, not whole numbers."
        raise JobFailed("model_invalid", message)
    if strengths is not None and not is_numeric(strengths):
        raise JobFailed("model_invalid", f"The strength of the model's clusters is {strengths.dtype}, not a number.")
    strength = None if strengths is None else doubles(strengths)
    return Scores(
        rows,
        predictions=labels.tolist(),
        headline=strength,
        score=strength,
        tiers=tiers(model.manifest["output"], strength),
    )


KIND = Kind(_ask, _nothing, _decode)
