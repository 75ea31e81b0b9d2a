"""A vector of float32 a row: what encoders compute in, and half the bytes of doubles in every item."""

import numpy as np
import pandas as pd

from ..errors import JobFailed
from ..loaded_model import LoadedModel
from ..scores import Scores
from .kind import Kind, Raw, Rows, is_numeric, table, tiers


def _ask(model: LoadedModel, batch: pd.DataFrame) -> Raw:
    expected, vectors = _dimension(model), table(model.estimator.predict(batch), batch)
    if not is_numeric(vectors):
        raise JobFailed("model_invalid", f"The manifest says embedding, and the model gives {vectors.dtype}.")
    if vectors.shape[1] != expected:
        message = f"The manifest says vectors of {expected} numbers, and the model gives {vectors.shape[1]}."
        raise JobFailed("model_invalid", f"{message} Publish it anew.")
    with np.errstate(over="ignore"):
        # A number beyond float32 becomes an infinity, and so an error of its row. A zero has no sign.
        return {"vectors": vectors.astype(np.float32) + np.float32(0)}


def _nothing(model: LoadedModel) -> Raw:
    return {"vectors": np.empty((0, _dimension(model)), np.float32)}


def _dimension(model: LoadedModel) -> int:
    output = model.manifest["output"]
    if "dimension" not in output:
        raise JobFailed("model_invalid", "The manifest of an embedding needs output.dimension. Publish the model anew.")
    return output["dimension"]


def _decode(model: LoadedModel, rows: Rows, raw: Raw) -> Scores:
    return Scores(rows, tiers=tiers(model.manifest["output"], None), vectors=raw["vectors"])


KIND = Kind(_ask, _nothing, _decode)
