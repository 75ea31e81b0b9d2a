"""A number a row."""

import numpy as np
import pandas as pd

from ..errors import JobFailed
from ..loaded_model import LoadedModel
from ..scores import Scores
from .kind import Kind, Raw, Rows, column, doubles, exact, is_numeric, tiers


def _ask(model: LoadedModel, batch: pd.DataFrame) -> Raw:
    return {"predicted": column(model.estimator.predict(batch), batch)}


def _nothing(_: LoadedModel) -> Raw:
    return {"predicted": np.empty(0)}


def _decode(model: LoadedModel, rows: Rows, raw: Raw) -> Scores:
    numbers = raw["predicted"]
    if not is_numeric(numbers):
        raise JobFailed("model_invalid", f"The manifest says regression, and the model predicts {numbers.dtype}.")
    headline = doubles(numbers)
    return Scores(rows, predictions=exact(numbers), headline=headline, tiers=tiers(model.manifest["output"], headline))


KIND = Kind(_ask, _nothing, _decode)
