"""Several outputs a row, each a number or a label, by the names that the manifest gives them."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..classes import Label
from ..errors import JobFailed, printable
from ..loaded_model import LoadedModel
from ..scores import Scores
from .kind import Kind, Raw, Rows, exact, is_numeric, table, tiers

_NAMES_BOUND = 200


def _ask(model: LoadedModel, batch: pd.DataFrame) -> Raw:
    names, outputs = _names(model), table(model.estimator.predict(batch), batch)
    if outputs.shape[1] != len(names):
        listed = printable(", ".join(names), _NAMES_BOUND)
        message = f"The manifest names {len(names)} outputs ({listed}), and the model predicts {outputs.shape[1]}."
        raise JobFailed("model_invalid", f"{message} Publish it anew.")
    return {"outputs": outputs}


def _nothing(model: LoadedModel) -> Raw:
    return {"outputs": np.empty((0, len(_names(model))))}


def _names(model: LoadedModel) -> list[str]:
    names = model.manifest["output"].get("names", [])
    if not names or len(set(names)) < len(names):
        message = (
            "The manifest of several outputs needs output.names, a different one for each. Publish the model anew."
        )
        raise JobFailed("model_invalid", message)
    return names


def _decode(model: LoadedModel, rows: Rows, raw: Raw) -> Scores:
    outputs = {name: _labels(values) for name, values in zip(_names(model), raw["outputs"].T, strict=True)}
    headline = next((np.array(column, np.float64) for column in outputs.values() if _are_numbers(column)), None)
    return Scores(rows, headline=headline, tiers=tiers(model.manifest["output"], headline), outputs=outputs)


def _labels(values: NDArray[Any]) -> list[Label]:
    return exact(values) if is_numeric(values) else [_label(value) for value in values.tolist()]


def _label(value: Any) -> Label:
    """One value of a column of objects; what is missing is no number."""
    label = value.item() if hasattr(value, "item") else value  # a numpy scalar among objects
    if label is None or label is pd.NA:
        return float("nan")
    if not isinstance(label, str | bool | int | float):
        raise JobFailed("model_invalid", f"An output of the model is a {type(label).__name__}: no number and no label.")
    return label + 0.0 if isinstance(label, float) else label


def _are_numbers(column: list[Label]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in column)


KIND = Kind(_ask, _nothing, _decode)
